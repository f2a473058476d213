package rule

var changeRules = []Rule{}
