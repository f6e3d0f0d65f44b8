@description('What needs a person, silence among it. Messages of the app are found by the names that the code gives them.')
param workspaceId string
param componentId string
param actionGroupId string
param appUrl string

@description('The topics that keep what they cannot deliver.')
param topicIds array

@description('Whether an instance waits for events. Where none does, one may be missed any day, which is nothing to be told of.')
param isAlwaysReady bool
param location string
param tags object

// Where Azure asks from, by the names that it has for them: UK South, UK West, West Europe.
var askedFrom = ['emea-ru-msa-edge', 'emea-se-sto-edge', 'emea-nl-ams-azr']

var alerts = [
  {
    name: 'file-not-taken-in'
    description: 'A file could not be taken in after several tries.'
    severity: 1
    query: 'AppTraces | where tostring(Properties.EventName) == "FileNotTakenIn"'
    frequency: 'PT5M'
    window: 'PT5M'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    name: 'run-older-than-a-day'
    description: 'A payment run has been under way for more than a day.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "RunOlderThanADay"'
    frequency: 'PT1H'
    window: 'PT1H'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    // Every sweep says in which quarters something has waited for ten minutes; one of which an hour of sweeps say so is not being refreshed.
    name: 'quarter-not-refreshed'
    description: 'What changed in a quarter has been waiting for its tables for an hour.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "QuarterWaiting" | summarize Sweeps = count() by Quarter = tostring(Properties.Quarter) | where Sweeps >= 4'
    frequency: 'PT15M'
    window: 'PT1H'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    name: 'event-missed'
    description: 'The sweep took in a file of which no event came.'
    severity: 3
    query: 'AppTraces | where tostring(Properties.EventName) == "EventMissed"'
    frequency: 'PT15M'
    window: 'PT15M'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    // Each sweep says of which files it is not known after an hour.
    name: 'file-not-scanned'
    description: 'Of a file it is not known after an hour whether it carries malware, and it waits.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "FileNotScanned"'
    frequency: 'PT15M'
    window: 'PT15M'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    // It goes round every quarter of an hour and says so each time.
    name: 'sweep-silent'
    description: 'No sweep has come to its end for an hour: what no event tells of is not taken in, and nothing that waits is started.'
    severity: 1
    query: 'AppTraces | where tostring(Properties.EventName) == "Swept"'
    frequency: 'PT15M'
    window: 'PT1H'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'sweep-failing'
    description: 'A part of the sweep has failed in each of an hour.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "SweepFailed" | summarize Sweeps = count() by Part = tostring(Properties.Part) | where Sweeps >= 4'
    frequency: 'PT15M'
    window: 'PT1H'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    name: 'file-passed-over'
    description: 'Every sweep of an hour has passed the same file over.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "FilePassedOver" | summarize Sweeps = count() by Quarter = tostring(Properties.Quarter), Contract = tostring(Properties.Contract), Dataset = tostring(Properties.Dataset) | where Sweeps >= 4'
    frequency: 'PT15M'
    window: 'PT1H'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    // It is made once a night; two hours more than a day leave room for one that takes longer. Of two days without any, the newest is null.
    name: 'backup-silent'
    description: 'The tables that hold facts have not been backed up for 26 hours.'
    severity: 2
    query: 'AppTraces | where tostring(Properties.EventName) == "TablesBackedUp" | summarize Last = max(TimeGenerated) | where isnull(Last) or Last < ago(26h)'
    frequency: 'PT1H'
    window: 'P2D'
    operator: 'GreaterThanOrEqual'
    threshold: 1
  }
  {
    name: 'app-failing'
    description: 'Five or more exceptions in a quarter of an hour.'
    severity: 2
    query: 'AppExceptions'
    frequency: 'PT15M'
    window: 'PT15M'
    operator: 'GreaterThanOrEqual'
    threshold: 5
  }
  {
    // From then until midnight, UTC, no other alert of these can fire.
    name: 'log-full'
    description: 'The day has had more log than is paid for, and no more is taken in.'
    severity: 1
    query: '_LogOperation | where Category == "Ingestion" | where Detail has "OverQuota"'
    frequency: 'PT15M'
    window: 'PT15M'
    operator: 'GreaterThanOrEqual'
    threshold: 1
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
      enabled: isAlwaysReady || alert.name != 'event-missed'
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
            operator: alert.operator
            threshold: alert.threshold
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

// Whether the app answers and reaches its storage, asked from outside every five minutes: an app that is down writes no messages.
var healthTest = 'health-${last(split(componentId, '/'))}'

resource asked 'Microsoft.Insights/webtests@2022-06-15' = {
  name: healthTest
  location: location
  tags: union(tags, { 'hidden-link:${componentId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: healthTest
    Name: healthTest
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [for place in askedFrom: { Id: place }]
    Request: {
      RequestUrl: '${appUrl}/api/health'
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unwell 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'health-check-fails'
  location: 'global'
  tags: tags
  properties: {
    description: 'The health check gives no answer, or another than 200, from two places or more.'
    severity: 1
    enabled: true
    autoMitigate: true
    scopes: [asked.id, componentId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: asked.id
      componentId: componentId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for (topic, index) in topicIds: {
    name: index == 0 ? 'event-not-delivered' : 'event-not-delivered-${index + 1}'
    location: 'global'
    tags: tags
    properties: {
      description: 'An event could not be delivered for a day, and is in the container dead-letters.'
      severity: 3
      enabled: isAlwaysReady
      autoMitigate: true
      scopes: [topic]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: 'dead-lettered'
            criterionType: 'StaticThresholdCriterion'
            metricName: 'DeadLetteredCount'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
