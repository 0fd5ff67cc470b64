package faults

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/document"
)

// This fault imitates a release without an announcement: a field is gone, has a new
// name or another type, is null where it never was, a field or a state comes
// that no document knows. The answer is well-formed and has a good status, so
// only the client's own check of it finds it. A client must accept what is
// added, and must notice what is missing before it stores a zero in its place.
//
// Which change it is depends on the seed, the operation and the outcome, not on
// the request: a release changes all its answers alike, and every row of them.
func init() {
	register(Kind{
		Name:  driftKind,
		About: "A valid answer with one change, as a careless release makes it. The service has done its work.",
		Imitates: "An unannounced release: the status is good and the JSON is well-formed, so only the client's " +
			"own check can find it. The client must accept what is added and notice what is missing.",
		Russian: Texts{
			About:    "Верный ответ с одним изменением, какое вносит неосторожный выпуск. Сервис выполнил работу.",
			Imitates: "Выпуск без предупреждения: статус успешный, JSON правильный, поэтому заметить изменение может только проверка в самом клиенте. Клиент должен принимать добавленное и замечать недостающее.",
		},
		Word:     true,
		Examples: []string{"", "rename", "{drop: expire_date}", "{rename: {from: status, to: state}}", "{retype: backend_session_id}", "{null: status}", "{add: version}", "{enum: status}"},
		work:     workDrift, repeats: true,
	}, makeDrift)
}

var changeWords = []string{"drop", "rename", "retype", "null", "add", "enum"}

// change is one thing that is different after the release.
type change struct {
	word string // of changeWords
	at   path
	to   string // the new name, with rename
}

func (c change) String() string {
	if c.word == "rename" {
		return "rename " + c.at.String() + " to " + c.to
	}
	return c.word + " " + c.at.String()
}

type drift struct {
	only  string   // the change's word, where the place is chosen
	named []change // or the changes as they were named
}

const driftKind = "drift"

type drifts struct {
	Change string  `fault:"change,lone" words:"drop rename retype null add enum" excludes:"drop rename retype null add enum" text:"One of these changes, where the schema and the seed choose. Without it they choose the change, too." russian:"Одно из этих изменений; место выбирают схема и зерно. Без него они выбирают и само изменение."`
	Drop   path    `fault:"drop" text:"This field is gone. A path such as items.amount means all items, items[0].amount one." russian:"Этого поля нет. Путь items.amount означает все элементы, items[0].amount — один."`
	Rename renamed `fault:"rename" text:"This field has another name." russian:"У этого поля другое имя."`
	Retype path    `fault:"retype" text:"This field has another type: a number becomes a string, a string a number or a list." russian:"У этого поля другой тип: число становится строкой, строка — числом или списком."`
	Null   path    `fault:"null" text:"This field is null." russian:"Это поле равно null."`
	Add    path    `fault:"add" text:"There is a new field of this name." russian:"Появляется новое поле с таким именем."`
	Enum   path    `fault:"enum" text:"This field has a value that no document names." russian:"У этого поля значение, которого нет в документах."`
}

type renamed struct {
	From path   `fault:"from,required"`
	To   string `fault:"to,required"`
}

func makeDrift(_ *arguments, p drifts) effect {
	f := drift{only: p.Change}
	for i, at := range []path{p.Drop, p.Rename.From, p.Retype, p.Null, p.Add, p.Enum} {
		if at != nil {
			f.named = append(f.named, change{word: changeWords[i], at: at, to: p.Rename.To})
		}
	}
	return f
}

// Drifts are the fields that a drift changes by their names, in the words of its
// parameters. It is empty for a fault of another kind; fields that a drift adds are not in it.
func Drifts(f Fault) map[string][]string {
	fields := map[string][]string{}
	d, _ := f.effect.(drift)
	for _, c := range d.named {
		if c.word != "add" {
			fields[c.word] = c.at
		}
	}
	return fields
}

func (f drift) apply(in Input, w *Wire) {
	doc, ok := parseDocument(w.body(in))
	if !ok || doc.kind != '{' && doc.kind != '[' {
		w.note("drift: the answer has no fields to change")
		w.Unmet = append(w.Unmet, driftKind)
		return
	}
	changes := f.named
	if len(changes) == 0 {
		changes = f.choose(in, doc)
	}
	made := 0
	for _, c := range changes {
		n := c.make(doc)
		if made += n; n == 0 {
			w.note("drift: " + c.String() + ": the answer has no such field" + nearestPath(doc, c.at))
			continue
		}
		w.note("drift: " + c.String())
	}
	if made == 0 {
		w.Unmet = append(w.Unmet, driftKind)
	}
	w.setBody(doc.encode())
}

func nearestPath(doc *node, wanted path) string {
	var texts []string
	for _, p := range doc.paths() {
		texts = append(texts, p.String())
	}
	if len(texts) == 0 {
		return ""
	}
	return "; the nearest is " + document.Nearest(wanted.String(), texts)
}

// mostTried bounds how many changes are tried against the schema.
const mostTried = 48

// choose finds the first change, in an order that only the seed, the operation
// and the outcome know, that the answer's schema forbids: one that a client may
// stumble over. An added field is always one. A schema that forbids nothing gets
// the first change that there is.
func (f drift) choose(in Input, doc *node) []change {
	candidates := f.candidates(doc)
	key := in.release()
	slices.SortStableFunc(candidates, func(a, b change) int {
		return cmp.Compare(in.Seed.Draw("fault.drift", key+" "+a.String(), in.nth),
			in.Seed.Draw("fault.drift", key+" "+b.String(), in.nth))
	})
	before := doc.encode()
	for _, c := range candidates[:min(len(candidates), mostTried)] {
		after, _ := parseDocument(before)
		if c.make(after) > 0 && in.hurts(c, after.encode()) {
			return []change{c}
		}
	}
	for _, c := range candidates {
		if c.word != "enum" {
			return []change{c}
		}
	}
	return nil
}

// release names the answers that a release changes alike.
func (in Input) release() string {
	var b strings.Builder
	if in.Operation != nil {
		b.WriteString(in.Operation.ID)
	}
	if in.Outcome != nil {
		b.WriteString(" " + in.Outcome.Name)
	}
	return b.String()
}

// hurts reports whether a changed answer no longer fits its schema, and for an
// unknown value whether the schema lists the known ones.
func (in Input) hurts(c change, body []byte) bool {
	if c.word == "add" {
		return true
	}
	if in.Table == nil || in.Outcome == nil || in.Outcome.Schema == "" {
		return false
	}
	problems := in.Table.Schemas.CheckValue(in.Outcome.Schema, body)
	if c.word != "enum" {
		return len(problems) > 0
	}
	return slices.ContainsFunc(problems, func(p contract.Problem) bool {
		return p.Keyword == "enum" || p.Keyword == "const"
	})
}

// candidates are all changes of the answer that may be chosen.
func (f drift) candidates(doc *node) []change {
	var all []change
	for _, p := range doc.paths() {
		for _, word := range changeWords {
			if f.only != "" && f.only != word {
				continue
			}
			c := change{word: word, at: p}
			switch word {
			case "rename":
				c.to = otherCase(p[len(p)-1])
			case "add":
				c.at = append(slices.Clone(p[:len(p)-1]), "api_version")
			}
			all = append(all, c)
		}
	}
	return all
}

// otherCase is a name as another generation of developers would have written it:
// error_code and errorCode, amount and Amount.
func otherCase(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if part != "" && (i > 0 || len(parts) == 1) {
			parts[i] = upperFirst(part)
		}
	}
	if other := strings.Join(parts, ""); other != name {
		return other
	}
	return name + strconv.Itoa(2)
}

func upperFirst(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
