package k2

// sampleAddressee is who is addressed in the document's sample.
const sampleAddressee = "господину Гансу Христиану Андерсону"

// addressees are who is addressed in each bank, by its BIC: a column of the bank's row
// (ledger 134). The people are made up.
var addressees = map[string]string{
	"CASPKZKA": "господину Ахметову Ерлану Сериковичу",
	"HSBKKZKX": "госпоже Байжановой Гульнаре Маратовне",
	"KCJBKZKX": "господину Жумабаеву Нурлану Касымовичу",
	"IRTYKZKA": "господину Ким Виктору Алексеевичу",
	"TSESKZKA": "госпоже Оспановой Айгуль Бериковне",
	"KINCKZKA": "господину Сулейменову Данияру Болатовичу",
	"EURIKZKA": "госпоже Петровой Ольге Николаевне",
	"KSNVKZKA": "господину Тулегенову Асхату Муратовичу",
	"BRKEKZKA": "господину Иванову Сергею Петровичу",
	"HCSKKZKA": "госпоже Касымовой Динаре Ержановне",
	"NURSKZKX": "господину Нургалиеву Тимуру Абаевичу",
	"ATYNKZKA": "господину Абдрахманову Руслану Кайратовичу",
	"INLMKZKA": "госпоже Смагуловой Жанне Талгатовне",
	"KZIBKZKA": "господину Мустафину Арману Ильясовичу",
	"VTBAKZKZ": "господину Волкову Дмитрию Андреевичу",
	"SHBKKZKA": "господину Пак Игорю Владимировичу",
	"CITIKZKA": "госпоже Ермековой Сауле Нурлановне",
	"ICBKKZKX": "господину Ли Вэю",
	"BKCHKZKA": "господину Ван Цзюню",
	"KPSTKZKA": "господину Бекову Самату Жандосовичу",
	"NBRKKZKX": "госпоже Садыковой Алие Рустемовне",
}
