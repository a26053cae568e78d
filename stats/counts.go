package stats

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxCount is the largest number of answers that can be judged, 2^53: up to it a float64 holds every whole number.
const MaxCount = 1 << 53

// ParseCounts reads name=number pairs separated by commas, as in one=805,two=195. A name can be one of FailureNames,
// for probes that failed.
func ParseCounts(s string) ([]Count, error) {
	if strings.TrimSpace(s) == "" {
		return nil, errors.New("it is empty")
	}
	var counts []Count
	seen, sum := make(map[string]bool), 0
	for pair := range strings.SplitSeq(s, ",") {
		name, number, _ := strings.Cut(pair, "=")
		name, number = strings.TrimSpace(name), strings.TrimSpace(number)
		n, err := strconv.Atoi(number)
		switch {
		case name == "":
			return nil, fmt.Errorf("the count %q has no name", number)
		case number == "":
			return nil, fmt.Errorf("%q has no count", name)
		case err != nil || n < 0 || n > MaxCount:
			return nil, fmt.Errorf("the count %q of %q is not a whole number from 0 to %d", number, name, MaxCount)
		case len(name) > MaxNameLength:
			return nil, fmt.Errorf("the name %.20q… has more than %d bytes", name, MaxNameLength)
		case name[0] == '!' && !slices.Contains(FailureNames, name):
			return nil, fmt.Errorf("%q is no kind of failure; %s are", name, strings.Join(FailureNames, ", "))
		case seen[name]:
			return nil, fmt.Errorf("%q is there twice", name)
		}
		if sum += n; sum > MaxCount {
			return nil, fmt.Errorf("the counts add up to more than %d", MaxCount)
		}
		seen[name] = true
		counts = append(counts, Count{name, n})
	}
	return counts, nil
}
