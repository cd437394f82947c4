// Added to Vitess's package colltab by scripts/make-unicode-weights: what its table says.
package colltab

import "unicode/utf8"

// Elems are the collation elements of a text without contractions across its runes.
func (t *Table) Elems(s []byte) (w []Elem) {
	for n := 0; len(s) > 0; s = s[n:] {
		if w, n = t.AppendNext(w, s); n == 0 {
			n = 1
		}
	}
	return w
}

func (t *Table) Listed(r rune) bool {
	ce, _ := t.Index.lookup([]byte(string(r)))
	return ce != 0
}

type Suffix struct {
	Runes []rune
	Elems []Elem
}

// Suffixes that make a contraction with the rune.
func (t *Table) Suffixes(r rune) (list []Suffix) {
	ce, _ := t.Index.lookup([]byte(string(r)))
	if ce.ctype() != ceContractionIndex {
		return nil
	}
	index, n, offset := splitContractIndex(ce)
	add := func(text []byte, i int) {
		made := Elem(t.ContractElem[offset+i])
		elems := []Elem{made}
		if made.ctype() != ceNormal {
			elems = t.appendExpansion(nil, made)
		}
		if !utf8.Valid(text) {
			panic("a contraction within a rune")
		}
		list = append(list, Suffix{[]rune(string(text)), elems})
	}
	var walk func(states ContractTrieSet, n int, prefix []byte)
	walk = func(states ContractTrieSet, n int, prefix []byte) {
		for _, e := range states[:n] {
			if e.N == final {
				for c := int(e.L); c <= int(e.H); c++ {
					add(append(append([]byte{}, prefix...), byte(c)), c-int(e.L)+int(e.I))
				}
				continue
			}
			longer := append(append([]byte{}, prefix...), e.L)
			if e.I != noIndex {
				add(longer, int(e.I))
			}
			walk(states[int(e.H)+n:], int(e.N), longer)
		}
	}
	walk(t.ContractTries[index:], n, nil)
	return list
}
