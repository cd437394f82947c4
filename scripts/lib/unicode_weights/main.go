// Writes router/unicode_weights_data.cpp, or with "vectors" random texts and their ids: see
// scripts/make-unicode-weights.
package main

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"unicode"

	"vitess.io/vitess/go/mysql/collations/vindex/collate"
	"vitess.io/vitess/go/mysql/collations/vindex/internal/colltab"
)

type writer struct{ bytes []byte }

func (w *writer) number(n int) { w.bytes = binary.AppendUvarint(w.bytes, uint64(n)) }

// A number that is often a little more than the one before.
func (w *writer) step(n int, before *int) {
	w.bytes = binary.AppendVarint(w.bytes, int64(n-*before))
	*before = n
}

func (w *writer) elems(elems []colltab.Elem, before *int) {
	w.number(len(elems))
	for _, e := range elems {
		if e.Primary() == 0 {
			w.number(int(e.CCC()) * 2)
			continue
		}
		w.number(int(e.CCC())*2 + 1)
		w.step(e.Primary(), before)
	}
}

func surrogate(r rune) bool { return r >= 0xD800 && r < 0xE000 }
func hangul(r rune) bool    { return r >= 0xAC00 && r <= 0xD7A3 }

func data(table *colltab.Table) {
	// Runs of code points: the gap before, how many, and each one's elements. One element with a weight and no
	// class, the usual case, is written as its step alone.
	w, before := writer{}, 0
	last := rune(-1)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if surrogate(r) || hangul(r) || !table.Listed(r) {
			continue
		}
		first := r
		for r <= unicode.MaxRune && !surrogate(r) && !hangul(r) && table.Listed(r) {
			r++
		}
		w.number(int(first - last - 1))
		w.number(int(r - first))
		for c := first; c < r; c++ {
			elems := table.Elems([]byte(string(c)))
			if len(elems) == 1 && elems[0].CCC() == 0 && elems[0].Primary() != 0 {
				zigzag := binary.AppendVarint(nil, int64(elems[0].Primary()-before))
				n, _ := binary.Uvarint(zigzag)
				w.number(int(n) + 1)
				before = elems[0].Primary()
			} else {
				w.number(0)
				w.elems(elems, &before)
			}
		}
		last = r - 1
	}
	weights := w.bytes

	w, before = writer{}, 0
	starters := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if surrogate(r) || hangul(r) || !table.Listed(r) {
			continue
		}
		suffixes := table.Suffixes(r)
		if len(suffixes) == 0 {
			continue
		}
		starters++
		w.number(int(r))
		w.number(len(suffixes))
		for _, s := range suffixes {
			w.number(len(s.Runes))
			for _, c := range s.Runes {
				w.number(int(c))
			}
			w.elems(s.Elems, &before)
		}
	}
	contractions := w.bytes

	w = writer{}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Ideographic, r) || table.Listed(r) {
			continue
		}
		first := r
		for unicode.Is(unicode.Ideographic, r) && !table.Listed(r) {
			r++
		}
		w.number(int(first))
		w.number(int(r - first))
	}

	fmt.Println("// Made by scripts/make-unicode-weights: do not edit. Primary weights of the root collation of CLDR 23")
	fmt.Println("// (Unicode 6.2), as golang.org/x/text/collate and Vitess have them. The weights are Unicode's data:")
	fmt.Println("// Copyright 1991-2013 Unicode, Inc., see https://www.unicode.org/terms_of_use.html.")
	fmt.Println("#include \"router/unicode_weights_data.h\"")
	fmt.Println()
	fmt.Println("// The first literal is longer than what C++ asks of every compiler (65,536 characters); GCC and Clang take it.")
	fmt.Println("#pragma GCC diagnostic ignored \"-Woverlength-strings\"")
	fmt.Println()
	fmt.Println("namespace leasehold::router {")
	for _, part := range []struct {
		name  string
		bytes []byte
	}{{"unicode_weights", weights}, {"unicode_contractions", contractions}, {"unicode_ideographs", w.bytes}} {
		fmt.Printf("\nconst std::string_view %s =\n", part.name)
		text := base64.StdEncoding.EncodeToString(part.bytes)
		for len(text) > 0 {
			n := min(104, len(text))
			end := "\n"
			if n == len(text) {
				end = ";\n"
			}
			fmt.Printf("    \"%s\"%s", text[:n], end)
			text = text[n:]
		}
	}
	fmt.Println("\n}  // namespace leasehold::router")
	fmt.Fprintln(os.Stderr, len(weights), "bytes of weights,", len(contractions), "of", starters, "contractions' beginnings")
}

// Texts of neighbours: what stands together in a script makes contractions.
func text(random *rand.Rand) string {
	bases := []rune{0x20, 0x41, 0x61, 0xC0, 0x100, 0x300, 0x390, 0x410, 0x620, 0x900, 0x980, 0xC40, 0xD40, 0xDD0, 0xE00, 0xE40, 0xE80, 0xEC0, 0xF40, 0xFA0,
		0x1000, 0x1100, 0x1780, 0x1B00, 0x1E00, 0x1F00, 0x2000, 0x2100, 0x2460, 0x3040, 0x30A0, 0x3300, 0x4E00, 0xA000, 0xAC00, 0xF900, 0xFB00, 0xFF00,
		0x10000, 0x10400, 0x11080, 0x1D400, 0x1F300, 0x1F600, 0x20000, 0x2F800}
	base := bases[random.Intn(len(bases))]
	var made []rune
	for n := random.Intn(9); n >= 0; n-- {
		switch random.Intn(12) {
		case 0:
			made = append(made, 0x300+rune(random.Intn(0x70)))
		case 1:
			made = append(made, 0x20+rune(random.Intn(0x5F)))
		case 2:
			base = bases[random.Intn(len(bases))]
			made = append(made, base)
		case 3:
			made = append(made, rune(random.Intn(0x3000)))
		default:
			made = append(made, base+rune(random.Intn(0x60)))
		}
	}
	return string(made)
}

func vectors(count int, seed int64) {
	random := rand.New(rand.NewSource(seed))
	hasher := collate.New(md5.New())
	id := func(s string) { fmt.Printf("%x %x\n", s, hasher.Hash([]byte(strings.TrimRight(s, " ")))) }
	if count < 0 { // every code point by itself
		for r := rune(0); r <= unicode.MaxRune; r++ {
			if !surrogate(r) {
				id(string(r))
			}
		}
	}
	for ; count > 0; count-- {
		id(text(random))
	}
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "vectors" {
		count, seed := 0, int64(0)
		fmt.Sscan(os.Args[2], &count)
		fmt.Sscan(os.Args[3], &seed)
		vectors(count, seed)
		return
	}
	data(collate.RootTable())
}
