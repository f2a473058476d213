package rule

var qualityRules = []Rule{}
