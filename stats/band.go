package stats

// Band is the range in which a share may lie under a tolerance: the tolerance to either side, but no further than
// halfway to 0 or to 1, so that a version which gets nothing, or everything, is never tolerated. For a share of 1
// the upper end is 1. All are fractions.
func Band(share, tolerance float64) Interval {
	return Interval{Low: max(share-tolerance, share/2), High: min(share+tolerance, (1+share)/2)}
}

// Bands returns the band of each version of split at tolerance. A version of share 0 has none to speak of: the
// zero Interval, since it must get nothing.
func Bands(split Split, tolerance float64) []Interval {
	bands := make([]Interval, len(split))
	for i, share := range split.Shares() {
		if share > 0 {
			bands[i] = Band(share, tolerance)
		}
	}
	return bands
}

// ToleranceFits reports whether every band of split at tolerance has room on both sides of the share. A tolerance
// that vanishes beside the rounding of a share leaves a band empty, and nothing could ever be proved inside it.
func ToleranceFits(split Split, tolerance float64) bool {
	for _, share := range split.positiveShares() {
		band := Band(share, tolerance)
		if band.Low >= share || band.High <= share && share < 1 {
			return false
		}
	}
	return true
}

// side is one end of one version's band, which the share must be proved to lie within or beyond. upper tells which
// end it is.
type side struct {
	version int
	bound   float64
	upper   bool
}

// sides lists the ends of all bands that can be left. Of two versions only the first counts, for its share fixes
// the other's. All shares are positive.
func sides(shares []float64, tolerance float64) []side {
	versions := len(shares)
	if versions == 2 {
		versions = 1
	}
	var list []side
	for i, share := range shares[:versions] {
		band := Band(share, tolerance)
		if band.High < 1 {
			list = append(list, side{i, band.High, true})
		}
		list = append(list, side{i, band.Low, false}) // above 0, as all shares are
	}
	return list
}
