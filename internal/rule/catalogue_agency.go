package rule

var agencyRules = []Rule{}
