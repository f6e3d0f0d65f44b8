@description('Tells the app of new files. Deployed after the code, since a subscription is accepted only when the app answers.')
param appName string

@description('Blank where uploads are scanned: the scan then tells of each file.')
param uploadsTopicName string
param recordsTopicName string
param recordsAccountName string

// A container and the function that takes its files in.
var fromUploads = [
  { container: 'submissions', function: 'TakeInSubmission' }
  { container: 'reviews', function: 'TakeInReview' }
  { container: 'confirmations', function: 'TakeInConfirmation' }
]
var fromRecords = [
  { container: 'reference', function: 'TakeInReference' }
]
var deadLetterContainer = 'dead-letters'

module uploadsSubscriptions './modules/subscription.bicep' = [
  for each in fromUploads: if (!empty(uploadsTopicName)) {
    name: 'events-${each.container}'
    params: {
      topicName: uploadsTopicName
      appName: appName
      recordsAccountName: recordsAccountName
      deadLetterContainer: deadLetterContainer
      container: each.container
      function: each.function
    }
  }
]

module recordsSubscriptions './modules/subscription.bicep' = [
  for each in fromRecords: {
    name: 'events-${each.container}'
    params: {
      topicName: recordsTopicName
      appName: appName
      recordsAccountName: recordsAccountName
      deadLetterContainer: deadLetterContainer
      container: each.container
      function: each.function
    }
  }
]
