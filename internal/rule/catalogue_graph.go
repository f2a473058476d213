package rule

var graphRules = []Rule{}
