package report

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/kzsim/kzsim/internal/verify"
)

// picture is the matrix of a service's operations and outcomes, drawn.
type picture struct {
	Service       string
	Width, Height int
	Head          int // height of the names above the cells
	Cell          int // side of a cell
	Rows          []pictureRow
	Columns       []pictureColumn
}

type pictureRow struct {
	Label string
	Y     int // of the text's base line
	Cells []pictureCell
}

type pictureColumn struct {
	Label string
	X, Y  int // where it begins, above the middle of the column
}

type pictureCell struct {
	X, Y  int
	Class string // right, noted, wrong, unseen
	Title string
}

// Measures of the picture, in pixels.
const (
	cellSize   = 20
	cellGap    = 4
	labelWidth = 290 // of an operation's name
	baseline   = 15  // of a row's text in its row
	nameRise   = 6   // of a character of an outcome's slanted name
	nameReach  = 4.2 // of the same, to the right
	headMargin = 16  // above the longest name and below all of them
)

// pictures of the services that were verified.
func pictures(r *verify.Report) []picture {
	var all []picture
	for _, s := range r.Services {
		all = append(all, draw(s.Name, r.Operations))
	}
	return all
}

func draw(service string, operations []verify.OperationReport) picture {
	longest := longestName(service, operations)
	p := picture{Service: service, Cell: cellSize, Head: longest*nameRise + headMargin}
	column := map[string]int{}
	for _, op := range operations {
		if op.Service != service {
			continue
		}
		y := p.Head + len(p.Rows)*(cellSize+cellGap)
		row := pictureRow{Label: op.ID, Y: y + baseline}
		for _, o := range op.Outcomes {
			at, ok := column[o.Name]
			if !ok {
				at = len(column)
				column[o.Name] = at
				p.Columns = append(p.Columns, pictureColumn{Label: o.Name, X: labelWidth + at*(cellSize+cellGap) + cellSize/2, Y: p.Head - headMargin/2})
			}
			row.Cells = append(row.Cells, pictureCell{
				X: labelWidth + at*(cellSize+cellGap), Y: y, Class: string(o.Cell), Title: cellTitle(op, o),
			})
		}
		p.Rows = append(p.Rows, row)
	}
	p.Width = labelWidth + len(p.Columns)*(cellSize+cellGap) + int(float64(longest)*nameReach)
	p.Height = p.Head + len(p.Rows)*(cellSize+cellGap)
	return p
}

func longestName(service string, operations []verify.OperationReport) int {
	longest := 0
	for _, op := range operations {
		for _, o := range op.Outcomes {
			if op.Service == service {
				longest = max(longest, len(o.Name))
			}
		}
	}
	return longest
}

func cellTitle(op verify.OperationReport, o verify.OutcomeReport) string {
	said := map[verify.Cell]string{
		verify.CellRight: "answered as the contract has it", verify.CellNoted: "with a note",
		verify.CellWrong: "with a finding", verify.CellUnseen: "not met",
	}[o.Cell]
	title := fmt.Sprintf("%s, %s: %s", op.ID, o.Name, said)
	if o.Answers > 0 {
		title += ", " + plural(o.Answers, "answer")
	}
	if o.Assumed {
		title += "; no document knows this outcome"
	}
	return title
}

// Slant is where a column's name turns, and how far.
func (c pictureColumn) Slant() template.HTMLAttr {
	return template.HTMLAttr(fmt.Sprintf(`transform="translate(%d %d) rotate(-55)"`, c.X, c.Y))
}

// Anchor of a service's section.
func (p picture) Anchor() string { return "matrix-" + strings.ToLower(p.Service) }
