package rule

var timeRules = []Rule{}
