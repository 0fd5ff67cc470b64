// Command collector reads lines from standard input and does one after the other:
//
//	address 901123300258
//	pay 11111111 PTPJ200000000037 2000.00
//
// It writes a line of JSON for each. KYC_URL, K2_URL and KYC_API_KEY say where and
// as whom.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/kzsim/kzsim/examples/collector"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	c := &collector.Collector{
		KYC: os.Getenv("KYC_URL"), K2: os.Getenv("K2_URL"), APIKey: os.Getenv("KYC_API_KEY"),
		HTTP: &http.Client{Timeout: 30 * time.Second}, Policy: collector.Careful(), Sleep: sleep,
	}
	failed := false
	lines, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for lines.Scan() && ctx.Err() == nil {
		result := map[string]any{"line": lines.Text()}
		answer, err := do(ctx, c, strings.Fields(lines.Text()))
		if err != nil {
			failed, result["error"] = true, err.Error()
		} else {
			result["answer"] = answer
		}
		if err := out.Encode(result); err != nil {
			failed = true
		}
	}
	if failed || lines.Err() != nil {
		os.Exit(1)
	}
}

func do(ctx context.Context, c *collector.Collector, words []string) (any, error) {
	switch {
	case len(words) == 2 && words[0] == "address":
		return c.Address(ctx, words[1])
	case len(words) == 4 && words[0] == "pay":
		transaction, err := strconv.ParseInt(words[1], 10, 64)
		if err != nil {
			return nil, err
		}
		tiyn, err := amount(words[3])
		if err != nil {
			return nil, err
		}
		return "paid", c.Pay(ctx, collector.Payment{Transaction: transaction, Demand: words[2], Tiyn: tiyn})
	}
	return nil, fmt.Errorf("expected address IIN, or pay TRANSACTION DEMAND AMOUNT")
}

// amount in tiyn of a text such as 2000.50: no float is between.
func amount(text string) (int64, error) {
	tenge, tiyn, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(tenge+(tiyn + "00")[:2], 10, 64)
	if err != nil || len(tiyn) > 2 || n <= 0 {
		return 0, fmt.Errorf("%q is no amount", text)
	}
	return n, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
