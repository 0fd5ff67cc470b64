// Command openapi-client asks a simulator by the client that oapi-codegen made of
// `sim openapi --openapi 3.0`: a subject of KYC, then a loan and its demand in K2.
// .ci/openapi compiles and runs it beside the generated package.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"kzsim.example/check/client"
)

func main() {
	log.SetFlags(0)
	sim, err := client.NewClientWithResponses(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := ask(context.Background(), sim); err != nil {
		log.Fatal(err)
	}
}

func ask(ctx context.Context, sim *client.ClientWithResponses) error {
	const iin = "901123300258"
	known, err := sim.KycInfoExecProcWithResponse(ctx, client.KycExecProcRequest{ApiKey: "key", Iin: iin})
	if err != nil {
		return err
	}
	if known.JSON200 == nil {
		return fmt.Errorf("kyc.info.exec_proc: no answer 200: %s", known.Body)
	}
	agreement, date := "KD0000000001", types.Date{Time: time.Date(2014, 2, 8, 0, 0, 0, 0, time.UTC)}
	loan := client.K2K2loanFromEkoRow{
		ContractNumber: agreement, DbzContractNumber: &agreement, DbzDt: &date, Iinbin: iin, Debt: 2000000.55,
	}
	if _, err := sim.K2K2loanFromEkoWithResponse(ctx, []client.K2K2loanFromEkoRow{loan}); err != nil {
		return err
	}
	demands, err := sim.K2K2extreqByDbzWithResponse(ctx, client.K2K2extreqByDbzRequest{ContractNumber: agreement, DbzDt: date})
	if err != nil {
		return err
	}
	if demands.JSON200 == nil {
		return fmt.Errorf("k2.k2extreq_by_dbz: no answer 200: %s", demands.Body)
	}
	found, err := demands.JSON200.AsK2K2extreqByDbzAnswer()
	if err != nil {
		return err
	}
	if len(found.Items) != 1 || found.Items[0].Amount != "2000000.55" {
		return fmt.Errorf("k2.k2extreq_by_dbz: want one demand for 2000000.55: %s", demands.Body)
	}
	return nil
}
