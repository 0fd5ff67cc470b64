package expression

import (
	"maps"
	"slices"
)

// use says how a function is metered.
type use struct {
	args   []rule    // of each argument, the last one of all that follow; none if the work doesn't grow with them
	loop   bool      // the first argument is a list, and the second says what to do with an item
	sort   bool      // the list is sorted, too
	bytes  int       // that a loop makes for an item
	whole  *function // called in place of the library's function
	scalar bool      // the value is never a text or a list
}

// The prices are measured, each on its worst case: a step takes some 20 ns.
var (
	compared = &price{text: cost{steps: 1}, item: cost{steps: 4}}
	ordered  = &price{text: cost{steps: 1}}
	searched = &price{call: cost{steps: 1}, text: cost{steps: 8}}
	joined   = &price{call: cost{steps: 1, bytes: 16}, text: cost{2, 64}}
	mapped   = &price{call: cost{steps: 2, bytes: 32}, text: cost{24, 192}}
	parsed   = &price{call: cost{steps: 4}, text: cost{24, 512}}
	printed  = &price{call: cost{steps: 4, bytes: 32}, text: cost{8, 192}, item: cost{12, 48}}
	coded    = &price{call: cost{steps: 2, bytes: 64}, text: cost{8, 256}}
	dated    = &price{call: cost{steps: 60}, text: cost{96, 512}}
	zoned    = &price{call: cost{500, 512}, text: cost{32, 512}}
	ended    = &price{call: cost{steps: 12}}
	numbers  = &price{call: cost{steps: 1}, item: cost{steps: 4}}
	ranked   = &price{call: cost{steps: 1}, item: cost{12, 24}, copies: true}
	flat     = &price{call: cost{steps: 1}, item: cost{8, 48}, copies: true}
	sorted   = &price{text: cost{steps: 40}, item: cost{steps: 1}}
	relisted = &loop{each: cost{2, 48}}
	sortable = &loop{each: cost{2, 48}, sort: true}
)

var (
	constant = use{}
	number   = use{scalar: true}
	search   = use{loop: true}
	verdict  = use{loop: true, scalar: true}
)

// functions of the language. The library's others can't be used.
var functions = map[string]use{
	"all": verdict, "none": verdict, "any": verdict, "one": verdict, "count": verdict, "sum": verdict,
	"find": search, "findLast": {loop: true, bytes: 48},
	"findIndex": verdict, "findLastIndex": {loop: true, bytes: 48, scalar: true},
	"filter": {loop: true, bytes: 48}, "map": {loop: true, bytes: 48},
	"reduce": {loop: true, bytes: 16}, "sortBy": {loop: true, sort: true, bytes: 96},

	"abs": number, "ceil": number, "floor": number, "round": number,
	"bitand": number, "bitor": number, "bitxor": number, "bitnand": number, "bitnot": number,
	"bitshl": number, "bitshr": number, "bitushr": number,
	"type": constant, "take": constant, "first": {args: []rule{ended}}, "last": {args: []rule{ended}},
	"get": {args: []rule{ordered, printed}},

	"int": {args: []rule{parsed}, scalar: true}, "float": {args: []rule{parsed}, scalar: true},
	"duration": {args: []rule{parsed}, scalar: true}, "date": {args: []rule{dated, dated, zoned}, scalar: true},
	"timezone": {args: []rule{zoned}, scalar: true}, "string": {args: []rule{printed}},

	"len":   {args: []rule{searched}, scalar: true},
	"upper": {args: []rule{mapped}}, "lower": {args: []rule{mapped}},
	"trimPrefix": {args: []rule{searched}}, "trimSuffix": {args: []rule{searched}},
	"hasPrefix": {args: []rule{searched}, scalar: true}, "hasSuffix": {args: []rule{searched}, scalar: true},
	"indexOf": {args: []rule{searched}, scalar: true}, "lastIndexOf": {args: []rule{searched}, scalar: true},
	"toBase64": {args: []rule{coded}}, "fromBase64": {args: []rule{coded}},
	"trim": {whole: trim}, "split": {whole: split}, "splitAfter": {whole: splitAfter},
	"replace": {whole: replace}, "join": {whole: join},

	"max": {args: []rule{numbers}}, "min": {args: []rule{numbers}},
	"mean": {args: []rule{numbers}, scalar: true}, "median": {args: []rule{ranked}, scalar: true},
	"flatten": {args: []rule{flat}}, "reverse": {args: []rule{relisted}}, "concat": {args: []rule{relisted}},
	"sort": {args: []rule{&both{sorted, sortable}, ordered}},
	"uniq": {whole: uniq}, "keys": {whole: keys}, "values": {whole: values},
}

// leftOut are the functions of the library that the language doesn't have. now is the
// machine's time, not the sandbox's; groupBy and toPairs answer in any order; the others
// make large values, and a condition has no use for them.
var leftOut = []string{"fromJSON", "fromPairs", "groupBy", "now", "repeat", "toJSON", "toPairs"}

// Functions are the names of the language's functions, sorted.
func Functions() []string { return slices.Sorted(maps.Keys(functions)) }

// Words are the names of the functions and the operators that are words.
func Words() []string {
	return append(Functions(), "and", "or", "not", "in", "contains", "startsWith", "endsWith", "matches")
}
