// Package population has all people, organisations, their addresses,
// papers, vehicles, loans, accounts and enforcement proceedings.
//
// All of it is a pure function of (seed, IIN or BIN, day). Nothing is stored, no
// clock is read, and no person has to be created before a request, so the
// three services say the same of one person without sharing any state. Keys
// that arrive without an IIN lead back to their owner by themselves: an account
// is the owner's IIN and one digit, a Colvir id and a contract number likewise.
//
// # The ordinary
//
// An ordinary adult is registered with 1414, has a registered address, owns
// the usual documents (identity_card, passport, driver_license,
// birth_certificate, srts, tech_passport, insurance_policy, social_id and
// vaccination), has one overdue loan and a current account at the own bank, one
// account at another bank, one enforcement case, and approves an address
// request five seconds after the message. An ordinary organisation has the same
// loan and accounts; it has no cases, papers or telephone registration, since
// the KYC services are about citizens.
//
// Beyond the usual documents people own others: by chance and age (documentTypes
// lists the shares), and as their life has it (see life): marriages, children, a
// new name, a disability, a pension, studies.
//
// Each type of document has one description, a form: who issues it, its number, its
// days, each value with its name in JSON and its labels, and how the page looks.
// Document.JSON and the Page that internal/papers draws both come from it.
//
// # The unusual
//
// Seventy-five in a thousand are unusual, each in exactly one way (see Quirk):
//
//	not-registered     5‰   unknown to 1414
//	no-address         5‰   no address data
//	rejects            5‰   answers an address request with a refusal
//	ignores            5‰   never answers an address request
//	lacks-document     5‰   one of the usual documents is missing
//	foreigner         10‰   vnzh in place of a citizen's papers; kandases too
//	stateless          5‰   lbg_card in place of identity_card and passport
//	non-resident       5‰   residfl 2, and no papers but those of a vehicle
//	no-cases           5‰   no enforcement case
//	several-cases      5‰   two or three enforcement cases
//	no-loans           5‰   no loan
//	several-loans      5‰   two or three loans
//	no-accounts        5‰   no account at another bank
//	several-accounts   5‰   two or three accounts at other banks
//
// The sample IINs of the service documents and the reserved IINs (birth date in
// 2099) are ordinary under every seed, and own the usual documents alone.
//
// # Assumptions
//
// Before 1 January 2024 every person is as on that day. An IIN whose date is
// impossible keeps what of it is possible: the century and
// the sex, else only the hash. Of the shapes and numbers of papers little is
// public: identity cards (9 digits), passports (N and 8 digits), plates
// (123ABC02) and VINs (17 characters without I, O, Q) are plausible, and every
// other paper's number and all type-specific fields are made up.
package population
