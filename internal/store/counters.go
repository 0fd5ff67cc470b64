package store

import "maps"

// Counters count how often something happened, by group and key. A number in a map costs
// less than a value in a tree, which is on the heap. A transaction that fails takes back
// what it has counted.
type Counters struct {
	groups map[string]map[string]int
	undo   []counted // the latest last
	size   int64     // bytes
	begun  int64     // size when the transaction began
}

// counted is one change of a counter, or the whole group that was dropped.
type counted struct {
	group, key string
	before     int
	dropped    map[string]int
}

// Get how often a key was counted.
func (c *Counters) Get(group, key string) int { return c.groups[group][key] }

// Next counts a key once more and answers how often it was counted before.
func (c *Counters) Next(group, key string) int {
	before := c.groups[group][key]
	c.put(group, key, before+1)
	c.undo = append(c.undo, counted{group: group, key: key, before: before})
	return before
}

// Put a number, above 0, in place of how often a key was counted.
func (c *Counters) Put(group, key string, number int) {
	c.undo = append(c.undo, counted{group: group, key: key, before: c.groups[group][key]})
	c.put(group, key, number)
}

func (c *Counters) put(group, key string, count int) {
	keys := c.groups[group]
	if keys == nil {
		if c.groups == nil {
			c.groups = map[string]map[string]int{}
		}
		keys = map[string]int{}
		c.groups[group] = keys
		c.size += counterRoom(group)
	}
	if _, known := keys[key]; !known {
		c.size += counterRoom(key)
	}
	keys[key] = count
}

// Size is how many keys of a group were counted.
func (c *Counters) Size(group string) int { return len(c.groups[group]) }

// Drop forgets a group.
func (c *Counters) Drop(group string) {
	if keys := c.groups[group]; keys != nil {
		delete(c.groups, group)
		c.size -= sizeOfGroup(group, keys)
		c.undo = append(c.undo, counted{group: group, dropped: keys})
	}
}

func sizeOfGroup(group string, keys map[string]int) int64 {
	n := counterRoom(group)
	for key := range keys {
		n += counterRoom(key)
	}
	return n
}

func (c *Counters) commit() {
	c.begun = c.size
	clear(c.undo)
	c.undo = c.undo[:0]
}

func (c *Counters) rollback() {
	for i := len(c.undo) - 1; i >= 0; i-- {
		switch was := c.undo[i]; {
		case was.dropped != nil:
			c.groups[was.group] = was.dropped
		case was.before > 0:
			c.groups[was.group][was.key] = was.before
		default:
			delete(c.groups[was.group], was.key)
			if len(c.groups[was.group]) == 0 {
				delete(c.groups, was.group)
			}
		}
	}
	c.size = c.begun
	c.commit()
}

func (c *Counters) clone() map[string]map[string]int {
	all := make(map[string]map[string]int, len(c.groups))
	for group, keys := range c.groups {
		all[group] = maps.Clone(keys)
	}
	return all
}
