// Makes sumdb.json with golang.org/x/mod/sumdb (note and tlog), which share no code with ours.
//
// Run outside the repository, then copy the output beside this file:
//
//	go mod init vectors && go get golang.org/x/mod@v0.42.0
//	go run make-sumdb-vectors.go > sumdb.json
//
// Ed25519 is deterministic and the key comes from a fixed seed, so each run gives the same file.
package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const origin = "holdfast.example/tenant/vectors"

type inclusion struct {
	Index int64    `json:"index"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type consistency struct {
	OldSize int64    `json:"oldSize"`
	Size    int64    `json:"size"`
	Proof   []string `json:"proof"`
}

func main() {
	seed := bytes.Repeat([]byte{7}, ed25519.SeedSize)
	skey, vkey, err := note.GenerateKey(bytes.NewReader(seed), origin)
	check(err)
	signer, err := note.NewSigner(skey)
	check(err)

	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			hashes[i] = stored[at]
		}
		return hashes, nil
	})
	roots := []string{}
	const size = 23
	for n := int64(0); n < size; n++ {
		hashes, err := tlog.StoredHashes(n, []byte(fmt.Sprintf("entry %d", n)), reader)
		check(err)
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(n+1, reader)
		check(err)
		roots = append(roots, root.String())
	}

	inclusions := []inclusion{}
	for _, at := range []int64{0, 7, 8, 15, 16, 21, 22} {
		proof, err := tlog.ProveRecord(size, at, reader)
		check(err)
		inclusions = append(inclusions, inclusion{at, size, texts(proof)})
	}
	consistencies := []consistency{}
	for _, old := range []int64{1, 2, 7, 8, 13, 16, 22, 23} {
		proof, err := tlog.ProveTree(size, old, reader)
		check(err)
		consistencies = append(consistencies, consistency{old, size, texts(proof)})
	}

	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, roots[size-1])
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)

	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	check(out.Encode(map[string]any{
		"madeBy":        "golang.org/x/mod/sumdb v0.42.0",
		"regenerate":    "see make-sumdb-vectors.go",
		"entries":       "entry n is the text 'entry n'",
		"seed":          base64.StdEncoding.EncodeToString(seed),
		"origin":        origin,
		"vkey":          strings.TrimSpace(vkey),
		"checkpoint":    string(signed),
		"roots":         roots,
		"inclusions":    inclusions,
		"consistencies": consistencies,
	}))
}

func texts(proof []tlog.Hash) []string {
	out := []string{}
	for _, hash := range proof {
		out = append(out, hash.String())
	}
	return out
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
