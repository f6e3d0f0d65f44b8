@description('What needs a person. Each query looks for one log message by the name that the code gives it.')
param workspaceId string
param actionGroupId string
param location string
param tags object

var alerts = [
  {
    name: 'file-not-taken-in'
    description: 'A file could not be taken in after several tries.'
    severity: 1
    query: 'AppTraces | where tostring(Properties.EventName) == "FileNotTakenIn"'
    frequency: 'PT5M'
    window: 'PT5M'
    atLeast: 1
  }
  {
    name: 'run-older-than-a-day'
    description: 'A refresh or a payment run has been under way for more than a day.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "RunOlderThanADay"'
    frequency: 'PT1H'
    window: 'PT1H'
    atLeast: 1
  }
  {
    // Every sweep says in which quarters something has waited for ten minutes; one of which an hour of sweeps say so is not being refreshed.
    name: 'quarter-not-refreshed'
    description: 'What changed in a quarter has been waiting for its tables for an hour.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "QuarterWaiting" | summarize Sweeps = count() by Quarter = tostring(Properties.Quarter) | where Sweeps >= 4'
    frequency: 'PT15M'
    window: 'PT1H'
    atLeast: 1
  }
  {
    name: 'event-missed'
    description: 'The sweep took in a file of which no event came.'
    severity: 3
    query: 'AppTraces | where tostring(Properties.EventName) == "EventMissed"'
    frequency: 'PT15M'
    window: 'PT15M'
    atLeast: 1
  }
]

resource rules 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for alert in alerts: {
    name: alert.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: alert.name
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: alert.frequency
      windowSize: alert.window
      // A new workspace has no such table until the first message arrives.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThanOrEqual'
            threshold: alert.atLeast
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]
