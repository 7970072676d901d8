// Checks a ledger with Go's golang.org/x/mod/sumdb (note and tlog), which share no code with ours: opens the checkpoint
// that the API gives, reads the tiles, computes proofs from them, and checks the proofs that we made.
//
// Reads a question as JSON from standard input, writes what was checked as JSON, ends with 1 at the first thing wrong.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type question struct {
	URL       string   `json:"url"`
	Cookie    string   `json:"cookie"`
	LogKeys   []string `json:"logKeys"`
	Witnesses []string `json:"witnesses"`
	Older     []struct {
		Checkpoint  string   `json:"checkpoint"`
		Consistency []string `json:"consistency"`
	} `json:"older"`
	Leaves []struct {
		Index int64    `json:"index"`
		Leaf  string   `json:"leaf"`
		Proof []string `json:"proof"`
	} `json:"leaves"`
}

type answer struct {
	Size          int64    `json:"size"`
	SignedBy      []string `json:"signedBy"`
	Inclusions    int      `json:"inclusions"`
	Consistencies int      `json:"consistencies"`
	FromTiles     int      `json:"fromTiles"`
	Refused       int      `json:"refused"`
}

// witness verifies cosignature/v1 (https://c2sp.org/tlog-cosignature), which sumdb does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(signed), sig[8:])
}

func main() {
	var asked question
	check(json.NewDecoder(os.Stdin).Decode(&asked))
	verifiers := verifiersOf(asked)
	opened, size, root := open(fetch(asked, "checkpoint"), verifiers)
	out := answer{Size: size}
	for _, sig := range opened.Sigs {
		out.SignedBy = append(out.SignedBy, sig.Name)
	}

	for _, leaf := range asked.Leaves {
		entry := decode(leaf.Leaf)
		proof := hashes(leaf.Proof)
		check(tlog.CheckRecord(proof, size, root, leaf.Index, tlog.RecordHash(entry)))
		out.Inclusions++
		if tlog.CheckRecord(proof, size, root, leaf.Index, tlog.RecordHash(append(entry, ' '))) != nil {
			out.Refused++
		}
	}
	for _, older := range asked.Older {
		_, oldSize, oldRoot := open([]byte(older.Checkpoint), verifiers)
		check(tlog.CheckTree(hashes(older.Consistency), size, root, oldSize, oldRoot))
		out.Consistencies++
		oldRoot[0] ^= 1
		if tlog.CheckTree(hashes(older.Consistency), size, root, oldSize, oldRoot) != nil {
			out.Refused++
		}
	}

	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles{asked})
	for n := int64(0); n < size; n += 7 {
		proof, err := tlog.ProveRecord(size, n, reader)
		check(err)
		check(tlog.CheckRecord(proof, size, root, n, tlog.RecordHash(entryAt(asked, size, n))))
		out.FromTiles++
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}

func verifiersOf(asked question) note.Verifiers {
	list := []note.Verifier{}
	for _, text := range asked.LogKeys {
		verifier, err := note.NewVerifier(text)
		check(err)
		list = append(list, verifier)
	}
	for _, text := range asked.Witnesses {
		parts := strings.SplitN(text, "+", 3)
		hash, err := strconv.ParseUint(parts[1], 16, 32)
		check(err)
		key := decode(parts[2])
		if key[0] != 4 || len(key) != 33 {
			check(errors.New("not a key for cosignatures"))
		}
		list = append(list, witness{parts[0], uint32(hash), ed25519.PublicKey(key[1:])})
	}
	return note.VerifierList(list...)
}

func open(text []byte, verifiers note.Verifiers) (*note.Note, int64, tlog.Hash) {
	opened, err := note.Open(text, verifiers)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	return opened, size, root
}

// tiles reads tiles over HTTP; the layout of C2SP leaves out the height, which is always 8.
type tiles struct{ asked question }

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(list []tlog.Tile) ([][]byte, error) {
	data := [][]byte{}
	for _, tile := range list {
		data = append(data, fetch(t.asked, strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}

// entryAt reads one entry out of its bundle.
func entryAt(asked question, size, n int64) []byte {
	width := int(min(256, size-n/256*256))
	tile := tlog.Tile{H: 8, L: -1, N: n / 256, W: width}
	bundle := fetch(asked, strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1))
	for at := n / 256 * 256; at < n; at++ {
		bundle = bundle[2+binary.BigEndian.Uint16(bundle):]
	}
	return bundle[2 : 2+binary.BigEndian.Uint16(bundle)]
}

func fetch(asked question, path string) []byte {
	request, err := http.NewRequest(http.MethodGet, asked.URL+path, nil)
	check(err)
	request.Header.Set("Cookie", asked.Cookie)
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != http.StatusOK {
		check(fmt.Errorf("%s: %s %s", path, response.Status, body))
	}
	return body
}

func hashes(texts []string) []tlog.Hash {
	list := []tlog.Hash{}
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		check(err)
		list = append(list, hash)
	}
	return list
}

func decode(text string) []byte {
	bytes, err := base64.StdEncoding.DecodeString(text)
	check(err)
	return bytes
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
