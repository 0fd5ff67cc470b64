package faults

// This fault imitates an answer that breaks off: a proxy whose buffer was full,
// a process that ended while it wrote, a mobile connection that was lost. The headers
// announce the whole length and less arrives. A client that doesn't compare the
// two stores half a scan, and one that reads JSON as a stream has already acted
// on the first rows.
func init() {
	registerPlain[truncate](Kind{
		Name:  "truncate",
		About: "The answer announces its full Content-Length and ends before that. The service has done its work.",
		Imitates: "A proxy with a full buffer, a process that ended while it wrote. A client that does not " +
			"compare the lengths keeps half a document.",
		Russian: Texts{
			About:    "Ответ объявляет полный Content-Length и обрывается раньше. Сервис выполнил работу.",
			Imitates: "Прокси с полным буфером, процесс, завершившийся во время записи. Клиент, который не сравнивает длины, сохранит половину документа.",
		},
		Word:     true,
		Examples: []string{"50%", "20", "{at: 12.5%}"},
		work:     workSend,
	})
}

type truncate struct {
	At Cut `fault:"at,lone" default:"50%" text:"Where the body ends: a number of bytes, or a share such as 50%. At least one byte is missing." russian:"Где обрывается тело: число байтов или доля, например 50%. Не хватает хотя бы одного байта."`
}

func (f truncate) apply(_ Input, w *Wire) { w.Cut = &f.At }
