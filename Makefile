.PHONY: build test lint bench rates fuzz

build:
	go build -trimpath -o tcpshift .

test:
	go test ./...

lint:
	gofmt -l .
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

# Performance is measured here and nowhere else; no test depends on time.
bench:
	go test -run '^$$' -bench 'Probe|Run' -benchtime 20000x ./cmd ./probe
	go test -run '^$$' -bench 'TimeToVerdict' -benchtime 1x ./cmd
	go test -run '^$$' -bench 'Times|Web' -benchtime 5000x ./probe
	go test -run '^$$' -bench . ./stats ./report ./lab

# The tables of error rates in full, which take a quarter of an hour.
rates:
	go test ./stats -run Rates -long -v -timeout 60m

fuzz:
	go test -run '^$$' -fuzz FuzzSplit -fuzztime 1m ./stats
	go test -run '^$$' -fuzz FuzzParseCounts -fuzztime 1m ./stats
	go test -run '^$$' -fuzz FuzzReply -fuzztime 1m ./probe
	go test -run '^$$' -fuzz FuzzPayload -fuzztime 1m ./probe
	go test -run '^$$' -fuzz FuzzPieces -fuzztime 1m ./probe
	go test -run '^$$' -fuzz FuzzSteps -fuzztime 1m ./probe
	go test -run '^$$' -fuzz FuzzAnswer -fuzztime 1m ./probe
	go test -run '^$$' -fuzz FuzzText -fuzztime 1m ./report
