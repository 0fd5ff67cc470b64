#!/usr/bin/env bash
# The tour with curl: every step checks its answer.
set -euo pipefail
sim=${SIM_URL:-http://127.0.0.1:8080}
control=$sim/_sim/sandboxes/default
[[ $sim == */s/* ]] && control=$sim/_sim

post() { curl -fsS -H 'Content-Type: application/json' -d "$2" "$1"; }
ask() { curl -sS -H 'Content-Type: application/json' -d "$2" "$sim$1"; } # errors are answers, too
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
expect() { [[ $2 == *"$1"* ]] || { echo "expected $1 in: $2" >&2; exit 1; }; }

post "$control/reset" '{}' >/dev/null # so that the tour can be run twice
iin=901123300258 key='my key'
expect PENDING "$(ask /api/v1/backend/address/approve/ "{\"api_key\":\"$key\",\"iin\":\"$iin\"}")"
post "$control/clock/advance" '{"by":"5s"}' >/dev/null
approved=$(ask /api/v1/backend/address/approve/ "{\"api_key\":\"$key\",\"iin\":\"$iin\"}")
expect VALID "$approved"
fetch="{\"api_key\":\"$key\",\"iin\":\"$iin\",\"backend_session_id\":\"$(field backend_session_id <<<"$approved")\"}"
expect '"address"' "$(ask /api/v1/backend/address/ "$fetch")"
expect 'data already recieved' "$(ask /api/v1/backend/address/ "$fetch")"

phone=77015550002
session=$(ask /api/v1/backend/e-document/online-access/request/identity_card/ \
	"{\"api_key\":\"$key\",\"iin\":\"$iin\",\"phone\":\"$phone\"}" | field backend_session_id)
code=$(curl -fsS "$control/phones/$phone" | field code)
expect result_json "$(ask /api/v1/backend/e-document/online-access/approve/ \
	"{\"backend_session_id\":\"$session\",\"code\":\"$code\",\"file\":false,\"file_type\":\"pdf\"}")"

run=/restapi/services/run
expect '"error_code":0' "$(ask $run/k2loan_from_eko "[{\"contract_number\":\"KD0000000001\",\"dbz_contract_number\":\"KD0000000001\",\"dbz_dt\":\"2014-02-08\",\"iinbin\":\"$iin\",\"debt\":2000000}]")"
refer=$(ask $run/k2extreq_by_dbz '{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}' | field code)
payment="{\"items\":[{\"request_id\":1,\"trn_id\":501,\"refer\":\"$refer\",\"cur\":\"KZT\",\"amount\":2000}]}"
expect '"error_code":0' "$(ask $run/k2extreq_pay_from_eko "$payment")"
expect 'duplicate key value' "$(ask $run/k2extreq_pay_from_eko "$payment")"
expect '"paid_amount":"2000.00"' "$(ask $run/k2extreq_by_dbz '{"contract_number":"KD0000000001","dbz_dt":"2014-02-08"}')"
echo "the tour is done"
