package rule

var planRules = []Rule{}
