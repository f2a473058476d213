package rule

var roleRules = []Rule{}
