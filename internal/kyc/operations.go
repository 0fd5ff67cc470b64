package kyc

import (
	"github.com/kzsim/kzsim/internal/contract"
	"github.com/kzsim/kzsim/internal/population"
)

func operations() []contract.Operation {
	return []contract.Operation{
		{
			ID: "kyc.info.exec_proc", Method: "POST", Path: "/api/v1/backend/info/kz/exec_proc_info/",
			Summary: "Ask for the enforcement proceedings against a subject.",
			Source: contract.Source{
				Document: "KZ Info",
				Section:  "2. Отправка запроса на получение информации о наличии в реестре должников через АИС ОИП",
			},
			Effect: contract.Costs, Request: "kyc/exec_proc.request.json",
			Outcomes: proceedingsOutcomes(),
			Handle:   contract.JSON(listProceedings),
			Ledger:   []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 63, 64, 65, 66, 68, 69},
		},
		{
			ID: "kyc.address.approve", Method: "POST", Path: "/api/v1/backend/address/approve/",
			Summary: "Ask the subject to share the registered address, and how far that is.",
			Source:  contract.Source{Document: "Address", Section: "2. Отправка запроса на получение адреса прописки"},
			Effect:  contract.Messages, Request: "kyc/address_approve.request.json",
			Outcomes: addressApproveOutcomes(),
			Handle:   contract.JSON(approveAddress),
			Ledger:   []int{10, 12, 13, 14, 16, 17, 65, 68, 69, 73, 74, 75, 76},
		},
		{
			ID: "kyc.address.get", Method: "POST", Path: "/api/v1/backend/address/",
			Summary: "Fetch the address that the subject agreed to share.",
			Source:  contract.Source{Document: "Address", Section: "3. Отправка запроса на подтверждение получения адреса"},
			Effect:  contract.Costs, Request: "kyc/address_get.request.json", Session: "backend_session_id",
			Outcomes: addressGetOutcomes(),
			Handle:   contract.JSON(getAddress),
			Ledger:   []int{1, 10, 11, 13, 15, 16, 17, 18, 65, 68, 72, 73, 77},
		},
		{
			ID: "kyc.edocument.request", Method: "POST", Path: "/api/v1/backend/e-document/online-access/request/{document_type}/",
			Summary: "Ask for access to an electronic document; an OTP goes to the phone.",
			Source:  contract.Source{Document: "E-Document", Section: "2. Отправка запроса на получение электронного документа"},
			Effect:  contract.Messages, Request: "kyc/edocument_request.request.json",
			Variants: contract.Variants{Variable: "document_type", Values: population.DocumentTypes()},
			Outcomes: documentRequestOutcomes(),
			Handle:   contract.JSON(requestDocument),
			Ledger:   []int{10, 19, 22, 23, 25, 26, 29, 31, 68, 73, 79, 82, 83, 84},
		},
		{
			ID: "kyc.edocument.approve", Method: "POST", Path: "/api/v1/backend/e-document/online-access/approve/",
			Summary: "Confirm with the OTP and fetch the document.",
			Source: contract.Source{
				Document: "E-Document",
				Section:  "3. Отправка запроса на подтверждение получения электронного документа",
			},
			Effect: contract.Costs, Request: "kyc/edocument_approve.request.json", Session: "backend_session_id",
			Outcomes: documentApproveOutcomes(),
			Handle:   contract.JSON(approveDocument),
			Ledger:   []int{10, 20, 21, 23, 24, 27, 28, 29, 30, 73, 78, 79, 80, 81, 84, 85},
		},
	}
}
