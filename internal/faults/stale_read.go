package faults

// This fault imitates a service that reads from a replica or a cache which
// lags behind: what was written a moment ago isn't there yet. A client that
// registers something and asks for it at once must neither register it again nor
// report it lost, and one that polls must bear that a state which it has seen is
// followed by an older one.
func init() {
	registerPlain[staleRead](Kind{
		Name:  "stale-read",
		About: "The answer is the one from before the last write. What the request itself would have stored is not stored.",
		Imitates: "A replica or a cache that is behind. A client must not register again what it can't read yet, " +
			"and must accept an older state after a newer one.",
		Russian: Texts{
			About:    "Ответ такой, каким он был до последней записи. То, что сохранил бы сам запрос, не сохраняется.",
			Imitates: "Отстающая реплика или кэш. Клиент не должен регистрировать повторно то, чего пока не видит, и должен принимать более старое состояние после нового.",
		},
		Word:     true,
		Examples: []string{""},
		work:     workService,
	})
}

type staleRead struct{}

func (staleRead) apply(_ Input, w *Wire) { w.Reach = Stale }
