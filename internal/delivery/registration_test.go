package delivery_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const arriving = `{"refer":"PTP1","doc_num":"16","doc_at":"2024-02-28","iinbin":"901123300258","acc_fullname":"Тестов Тест","ben_iban":"KZ71722R000000000001","amount":2000000,"cur":"KZT","knp":"423"}`

// registeringABS has an account for everybody, and takes demands.
func registeringABS(t *testing.T) *abs {
	of := newABS(t)
	of.answers["/abs/get_acc"] = `{"error_code":0,"error_text":"","ibans":[{"iban":"KZ86125KZT5004100100","accountName":"ТЕСТОВ ТЕСТ","ps":"2204191","system":"way4","cur":"KZT"}]}`
	for _, name := range []string{"reg_pt", "refuse_pt", "return_pt"} {
		of.answers["/abs/"+name] = `{"error_code":0,"error_text":""}`
	}
	return of
}

func (b *bank) happens(status int, path, body string) string {
	b.t.Helper()
	answer := b.do(status, "POST", "/_sim/sandboxes/k2/incoming-demands"+path, body)
	b.settle()
	return answer
}

// incoming is the demand PTP1 in K2 and its registration: states and reason.
func (b *bank) incoming() string {
	b.t.Helper()
	var demands, registrations map[string]struct{ K2, Reason, State string }
	for name, into := range map[string]any{"incoming-demands": &demands, "k2.registrations": &registrations} {
		if err := json.Unmarshal([]byte(b.do(200, "GET", "/_sim/sandboxes/k2/state/"+name, "")), into); err != nil {
			b.t.Fatal(err)
		}
	}
	return strings.TrimSpace(fmt.Sprintf("%s, %s %s", registrations["PTP1"].State, demands["PTP1"].K2, demands["PTP1"].Reason))
}

func (b *bank) expectIncoming(want string) {
	b.t.Helper()
	if got := b.incoming(); got != want {
		b.t.Errorf("%s, want %s", got, want)
	}
}

func (b *bank) tell(code string) {
	b.t.Helper()
	b.do(200, "POST", "/s/k2/restapi/services/run/k2req_status_from_eko", `{"reference":"PTP1","status_code":"`+code+`"}`)
	b.settle()
}

// reconcilesNothing lets K2 ask for no list of demands.
func (b *bank) reconcilesNothing() {
	b.t.Helper()
	b.do(200, "PUT", "/_sim/sandboxes/k2/profile", `{"k2.reconciliation":"off"}`)
}

// TestIncomingDemand: it is checked and registered, the bank tells what it does with it, and
// the other bank withdraws it or it is returned.
func TestIncomingDemand(t *testing.T) {
	for _, test := range []struct{ path, call, reason, want string }{
		{"/PTP1/withdraw", `POST /abs/refuse_pt application/json {"refer":"PTP1","reason_code":"06"}`, "06", "withdrawn, Отозвано 06"},
		{"/PTP1/return", `POST /abs/return_pt application/json {"refer":"PTP1","reason_code":"99"}`, "99", "returned, Возвращено банком 99"},
	} {
		of := registeringABS(t)
		b := askingBank(t, of)
		b.reconcilesNothing()
		b.happens(204, "", arriving)
		want := []string{
			"GET /abs/get_cli?iinbin=901123300258", "GET /abs/get_acc?iinbin=901123300258", "POST /abs/reg_pt application/json " + arriving,
		}
		if diff := cmp.Diff(want, of.take()); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		b.expectIncoming("registered, Введен")
		b.tell("PC1")
		b.expectIncoming("registered, Принято к исполнению")
		b.tell("PC3")
		b.happens(204, test.path, `{"reason_code":"`+test.reason+`"}`)
		if diff := cmp.Diff([]string{test.call}, of.take()); diff != "" {
			t.Errorf("asked (-want +got):\n%s", diff)
		}
		b.expectIncoming(test.want)
		b.later("240h")
		if asked := of.take(); len(asked) > 0 {
			t.Errorf("asked %q", asked)
		}
	}
}

// TestChecksOfAnIncomingDemand: one that fails returns the demand or sends it to rework.
func TestChecksOfAnIncomingDemand(t *testing.T) {
	for _, test := range []struct{ name, document, path, answer, want string }{
		{"an unknown client", arriving, "/abs/get_cli", `{"error_code":404,"error_text":"Клиент не найден"}`, "failed, Возвращено банком 03"},
		{"another name", strings.Replace(arriving, "Тестов Тест", "Иванов Иван", 1), "", "", "failed, На доработке"},
		{"no account", arriving, "/abs/get_acc", `{"error_code":0,"error_text":"","ibans":[]}`, "failed, Возвращено банком 01"},
		{"a refer that is taken", arriving, "/abs/reg_pt", `{"error_code":409,"error_text":"Платежное требование с таким референсом уже зарегистрировано"}`, "failed, На ручной обработке"},
		{"no purpose code", strings.Replace(arriving, `,"knp":"423"`, "", 1), "", "", "failed, На доработке"},
		{"an account of no bank", strings.Replace(arriving, "KZ71722R", "KZ71000R", 1), "", "", "failed, не принято/неправильные реквизиты"},
		{"the account of the document's sample", strings.Replace(arriving, "KZ71722R000000000001", "KZ12722R00000000000", 1), "", "", "registered, Введен"},
		{"no name", strings.Replace(arriving, `"acc_fullname":"Тестов Тест",`, "", 1), "", "", "registered, Введен"},
	} {
		of := registeringABS(t)
		if test.path != "" {
			of.become(0, test.path, test.answer)
		}
		b := askingBank(t, of)
		b.happens(204, "", test.document)
		if got := b.incoming(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestSilentBank: a bank that tells no status is shown as silent, until it tells one.
func TestSilentBank(t *testing.T) {
	b := askingBank(t, registeringABS(t))
	b.happens(204, "", arriving)
	b.later("23h59m")
	b.expectIncoming("registered, Введен")
	b.later("1m")
	b.expectIncoming("bank-silent, Введен")
	b.tell("PC3")
	b.expectIncoming("registered, Принята картотека")
	b.later("72h")
	b.expectIncoming("registered, Принята картотека")
	b.do(200, "POST", "/s/k2/restapi/services/run/k2req_return_from_eko", `{"reference":"PTP1","reason_code":"98"}`)
	b.expectIncoming("returned, Возвращено банком 98")
}

// TestBankThatKeepsADemand: where the bank refuses the withdrawal, the demand stays; where it
// says nothing, it is asked again.
func TestBankThatKeepsADemand(t *testing.T) {
	of := registeringABS(t)
	b := askingBank(t, of)
	b.happens(204, "", arriving)
	b.tell("PC1")
	good := of.answers["/abs/refuse_pt"]
	of.become(0, "/abs/refuse_pt", `{"error_code":409,"error_text":"Платежное требование уже отозвано, возвращено или исполнено"}`)
	b.happens(204, "/PTP1/withdraw", `{"reason_code":"06"}`)
	b.expectIncoming("registered, Принято к исполнению")
	of.become(0, "/abs/refuse_pt", "")
	b.happens(204, "/PTP1/withdraw", `{"reason_code":"06"}`)
	b.later("1h")
	b.expectIncoming("withdrawing, Принято к исполнению")
	if said := b.happens(400, "/PTP1/withdraw", `{"reason_code":"06"}`); !strings.Contains(said, "is being told") {
		t.Errorf("said %s", said)
	}
	of.become(0, "/abs/refuse_pt", good)
	b.later("24h")
	b.expectIncoming("withdrawn, Отозвано 06")
}

// TestEndedBeforeItIsRegistered: the bank never hears of it.
func TestEndedBeforeItIsRegistered(t *testing.T) {
	for path, want := range map[string]string{"withdraw": "withdrawn, Отозвано 96", "return": "returned, Возвращено банком 96"} {
		of := registeringABS(t)
		of.silence("/abs/get_acc")
		b := askingBank(t, of)
		b.reconcilesNothing()
		b.happens(204, "", arriving)
		b.happens(204, "/PTP1/"+path, `{"reason_code":"96"}`)
		b.expectIncoming(want)
		of.silence("")
		of.take()
		b.later("48h")
		for _, call := range of.take() {
			if !strings.Contains(call, "get_acc") {
				t.Errorf("asked %s", call)
			}
		}
		b.expectIncoming(want)
	}
}

// TestIncomingDemandWithoutTargets: nothing is asked, and the demand ends at once.
func TestIncomingDemandWithoutTargets(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", "")
	b.happens(204, "", arriving)
	b.later("48h")
	b.expectIncoming("client, Введен")
	b.happens(204, "/PTP1/withdraw", `{"reason_code":"06"}`)
	b.expectIncoming("withdrawn, Отозвано 06")
	if sent := b.do(200, "GET", "/_sim/sandboxes/k2/deliveries", ""); !strings.Contains(sent, `"deliveries": []`) {
		t.Errorf("deliveries: %s", sent)
	}
}

func TestWrongIncomingDemands(t *testing.T) {
	b := newBank(t, answering(200, taken), nil)
	b.create("k2", "")
	b.happens(204, "", arriving)
	for _, test := range []struct{ path, body, says string }{
		{"", arriving, "a second time"},
		{"", strings.Replace(arriving, "PTP1", "", 1), "/refer: found nothing"},
		{"", `{"refer":"PTP2"}`, "the field is required"},
		{"", `{"refer":1,"iinbin":"1","amount":1}`, "refer"},
		{"/PTP2/withdraw", `{"reason_code":"06"}`, "the reference of an incoming demand"},
		{"/PTP1/withdraw", `{"reason_code":"6"}`, "a reason of the catalogue"},
		{"/PTP1/return", `{"reason":"06"}`, "reason_code"},
	} {
		if said := b.happens(400, test.path, test.body); !strings.Contains(said, test.says) {
			t.Errorf("%s %s: %s, want something about %s", test.path, test.body, said, test.says)
		}
	}
	b.happens(204, "/PTP1/return", `{"reason_code":"06"}`)
	if said := b.happens(400, "/PTP1/withdraw", `{"reason_code":"06"}`); !strings.Contains(said, "one that has not ended") {
		t.Errorf("said %s", said)
	}
}
