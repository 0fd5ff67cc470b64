package papers

import "strings"

// sheet is the room for text on a page or picture, in characters of a
// fixed-width face: the two columns, and the rows below the title.
type sheet struct {
	label, value, rows int
}

// row is one printed row; either side may be empty.
type row struct {
	label, value string
}

// gap separates the two columns, in characters.
const gap = 2

// width is the number of characters in a row.
func (s sheet) width() int { return s.label + gap + s.value }

// fill lays a paper out: its title on one row, its lines below. A last row of
// three dots says that the paper went on.
func (s sheet) fill(p Paper) (title string, rows []row) {
	if lines := wrap(Latin(clip(p.Title, s.width())), s.width()); len(lines) > 0 {
		title = lines[0]
	}
	for _, line := range p.Lines {
		rows = append(rows, s.rowsOf(line)...)
		if len(rows) > s.rows {
			return title, append(rows[:s.rows-1], row{label: "..."})
		}
	}
	return title, rows
}

// rowsOf answers at least one row, also for an empty line.
func (s sheet) rowsOf(line Line) []row {
	labels := wrap(Latin(clip(line.Label, s.label*s.rows)), s.label)
	values := wrap(Latin(clip(line.Value, s.value*s.rows)), s.value)
	rows := make([]row, max(1, len(labels), len(values)))
	for i, label := range labels {
		rows[i].label = label
	}
	for i, value := range values {
		rows[i].value = value
	}
	return rows
}

// wrap breaks ASCII text at spaces into lines of at most width characters; a
// longer word is broken where the line ends.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for len(word) > width {
			lines = append(lines, word[:width])
			word = word[width:]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
