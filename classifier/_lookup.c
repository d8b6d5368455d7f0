/* Token look-up for classifier/scorer.py, which does the same in Python where this was not compiled.

   A text is cut at white space; every token it holds has a row of sums, worked out when the token is first met. What is
   not plain ASCII is put into its normal form, and its row worked out, by Python: seldom, as tokens are remembered. */

#include "_maps.h"

#include <math.h>

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)  /* memory is waited for once, not once a look-up */
#else
#define PREFETCH(address) ((void)0)
#endif

enum { LABELS = 3, MASS = LABELS, PART = LABELS + 1 };  /* columns of a part: a weight a label, the squared mass */
enum { CHARACTERS = PART, HAS_WORD = 2 * PART, KNOWN, FAMILIAR, UNFAMILIAR, WIDTH };
enum { SHAPES = 8, LONGEST = 500, MOST_PIECES = 100000 };  /* of a text, for which room is kept */
enum { ATTRIBUTES = 1, ENDS_ACCORDING = 2, BEGINS_TO = 4, SEEN = 8, FUNCTION = 16, LETTER = 32, ODD = 64 };
enum { SIGNS = 5, FUNCTION_WORD = 1 };  /* classifier/english.py */
static const double LONG_PARAGRAPH = 81.0;  /* words, and one: classifier/shape.py */

/* ---- the object ---- */

typedef struct {
    int32_t row;
    uint16_t words, longer, capital, second;  /* classifier/shape.py */
    uint16_t found, first, last, most;        /* words, and those in a row: classifier/english.py */
    uint8_t flags;
} Raw;  /* a token as written */
typedef struct { const char *start; size_t length; uint64_t hash; Raw raw; int spaced; } Piece;  /* a token of the text at hand */
typedef struct { int32_t first, last; uint64_t stamp; double sums[WIDTH]; } Row;  /* a normalised token */
typedef struct { double sums[PART]; uint64_t stamp; int32_t count; } Unit;  /* an n-gram, and how often the token at hand holds it */
typedef struct { Unit *units; double unknown, rarest; } Part;
typedef struct { uint64_t text, page; int64_t number; } Met;  /* stamps of where a word was met last; its number on that page */

typedef struct {
    PyObject_HEAD
    PyObject *odd;      /* Python's part: token as written -> (normal form, facts, sums, words) */
    uint64_t seed;      /* of the hashes: nobody can choose tokens that collide */
    Names raws, normals, known, others;  /* tokens as written, normalised; words of the vocabulary, and the others */
    Names small;        /* small words -> bits */
    Numbers pairs, grams;                /* two words -> column; 3 to 5 ASCII characters -> column */
    Part words, characters;
    int32_t *columns;   /* word of the vocabulary -> column, -1 for one that stands in pairs only */
    Raw *raw; size_t raw_room;
    Row *rows; size_t row_count, row_room;
    Met *met; size_t word_room;          /* of each word */
    uint64_t *pair_set, *pair_stamps; size_t pair_room, pair_mask;
    Piece *pieces; size_t piece_room;
    uint64_t now;       /* stamp of the text at hand */
    uint64_t token;     /* stamp of the token that is being worked out */
} Lookup;

static uint64_t hash_of(const Lookup *self, const char *key, size_t length) {
    return hash_bytes(key, length, self->seed);
}

/* Return the number of a word; words of the vocabulary come first. */
static int32_t word_number(Lookup *self, const char *word, size_t length) {
    uint64_t hash = hash_of(self, word, length);
    Slot *slot = names_slot(&self->known, word, length, hash);
    if (slot->value >= 0) return slot->value;
    slot = names_slot(&self->others, word, length, hash);
    if (slot->value >= 0) return slot->value;
    int32_t number = (int32_t)(self->known.used + self->others.used);
    if (make_room((void **)&self->met, &self->word_room, number + 1, sizeof *self->met) < 0) return -1;
    self->met[number] = (Met){0, 0, 0};
    return names_add(&self->others, word, length, hash, number) < 0 ? -1 : number;
}

static int32_t column_of_word(const Lookup *self, int32_t word) {
    return (size_t)word < self->known.used ? self->columns[word] : -1;
}

static uint64_t pair_key(int32_t left, int32_t right) { return ((uint64_t)(left + 1) << 32) | (uint32_t)(right + 1); }

/* Add an n-gram of a token to its sums; the mass is of counts squared. */
static void add_gram(Part *part, uint64_t stamp, int32_t column, double *sums, double *known, long *unknown) {
    if (column < 0) {
        ++*unknown;
        return;
    }
    Unit *unit = &part->units[column];
    if (unit->stamp != stamp) unit->stamp = stamp, unit->count = 0;
    for (int label = 0; label < LABELS; label++) sums[label] += unit->sums[label];
    *known += (2 * unit->count++ + 1) * unit->sums[MASS];
}

static int is_word(unsigned char c) { return Py_ISALNUM(c); }

/* Find the next word of two characters or more, from `end` on, and move `end` behind it; its length, 0 for none. */
static size_t next_word(const char *token, size_t length, size_t *end) {
    for (;;) {
        while (*end < length && !is_word(token[*end])) ++*end;
        size_t start = *end;
        while (*end < length && is_word(token[*end])) ++*end;
        if (*end - start != 1) return *end - start;
    }
}

static int32_t token_words(Lookup *self, const char *token, size_t length, Row *row) {
    int32_t last = -1;
    int all_known = 1;
    double mass = 0;
    long unknown = 0;
    for (size_t end = 0, size; (size = next_word(token, length, &end));) {
        int32_t word = word_number(self, token + end - size, size);
        if (word < 0) return -1;
        int32_t column = column_of_word(self, word);
        add_gram(&self->words, self->token, column, row->sums, &mass, &unknown);
        if (last >= 0)
            add_gram(&self->words, self->token, numbers_find(&self->pairs, pair_key(last, word), self->seed), row->sums,
                     &mass, &unknown);
        else
            row->first = word;
        all_known &= column >= 0;
        last = word;
    }
    row->last = last;
    row->sums[MASS] = mass + self->words.unknown * unknown;
    row->sums[HAS_WORD] = last >= 0;
    row->sums[KNOWN] = last >= 0 && all_known;
    return 0;
}

static void token_characters(Lookup *self, const char *token, size_t length, Row *row) {
    char padded[LONGEST + 2];
    uint64_t keys[3 * (LONGEST + 2)];
    int32_t columns[3 * (LONGEST + 2)];
    size_t count = 0;
    double mass = 0;
    long unknown = 0;
    padded[0] = padded[length + 1] = ' ';
    memcpy(padded + 1, token, length);
    for (size_t start = 0; start < length + 2; start++) {
        uint64_t key = 0;
        for (size_t n = 0; n < 5 && start + n < length + 2; n++) {
            key = key << 8 | (unsigned char)padded[start + n];
            if (n < 2) continue;
            PREFETCH(&self->grams.slots[mixed(key ^ self->seed) & self->grams.mask]);
            keys[count++] = key;
        }
    }
    for (size_t i = 0; i < count; i++) {
        columns[i] = numbers_find(&self->grams, keys[i], self->seed);
        if (columns[i] >= 0) PREFETCH(&self->characters.units[columns[i]]);
    }
    for (size_t i = 0; i < count; i++)
        add_gram(&self->characters, self->token, columns[i], row->sums + CHARACTERS, &mass, &unknown);
    row->sums[CHARACTERS + MASS] = mass + self->characters.unknown * unknown;
    row->sums[FAMILIAR] = mass;
    row->sums[UNFAMILIAR] = unknown * self->characters.rarest * self->characters.rarest;
}

static Row *new_row(Lookup *self) {
    if (make_room((void **)&self->rows, &self->row_room, self->row_count + 1, sizeof *self->rows) < 0) return NULL;
    Row *row = &self->rows[self->row_count];
    memset(row, 0, sizeof *row);
    row->first = row->last = -1;
    return row;
}

/* Fill a row from what Python worked out: a buffer of WIDTH numbers, and the words. */
static int told_row(Lookup *self, PyObject *sums, PyObject *words, Row *row) {
    Py_ssize_t count = PyList_Check(words) ? PyList_GET_SIZE(words) : -1;
    if (count < 0 || !PyBytes_Check(sums) || PyBytes_GET_SIZE(sums) != WIDTH * sizeof(double))
        return PyErr_SetString(PyExc_TypeError, "not what a token is made of"), -1;
    memcpy(row->sums, PyBytes_AS_STRING(sums), WIDTH * sizeof(double));
    for (Py_ssize_t i = 0; i < count; i += count > 1 ? count - 1 : 1) {  /* the first and the last */
        Py_ssize_t length;
        const char *word = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(words, i), &length);
        int32_t number = word ? word_number(self, word, length) : -1;
        if (number < 0) return -1;
        if (!i) row->first = number;
        row->last = number;
    }
    return 0;
}

/* Return the row of a normalised token, -1 on error. `told` is Python's tuple where it is not plain ASCII. */
static int32_t row_of(Lookup *self, const char *token, size_t length, PyObject *told) {
    uint64_t hash = hash_of(self, token, length);
    Slot *slot = names_slot(&self->normals, token, length, hash);
    if (slot->value >= 0) return slot->value;
    Row *row = new_row(self);
    if (!row) return -1;
    self->token++;
    if (told) {
        if (told_row(self, PyTuple_GET_ITEM(told, 2), PyTuple_GET_ITEM(told, 3), row) < 0) return -1;
    } else {
        if (token_words(self, token, length, row) < 0) return -1;
        token_characters(self, token, length, row);
    }
    int32_t number = (int32_t)self->row_count++;
    return names_add(&self->normals, token, length, hash, number) < 0 ? -1 : number;
}

/* ---- what the shape of a block is made of, token by token (classifier/shape.py) ---- */

static int same_word(const char *text, size_t length, const char *word) {
    for (size_t i = 0; i < length; i++)
        if (!word[i] || Py_TOLOWER((unsigned char)text[i]) != word[i]) return 0;
    return !word[length];
}

static int one_of(const char *text, size_t length, const char *const *words) {
    for (; *words; words++)
        if (same_word(text, length, *words)) return 1;
    return 0;
}

static const char *const READER[] = {"you", "your", "yours", "yourself", NULL};
static const char *const SPEECH[] = {"said", "says", "told", "added", "spokesman", "spokeswoman", "spokesperson", NULL};

static void shape_words(const char *token, size_t length, Raw *raw) {
    for (size_t i = 0; i < length;) {
        size_t start = i;
        while (i < length && Py_ISALPHA((unsigned char)token[i])) i++;
        if (i == start) {
            i++;
            continue;
        }
        if (i + 1 < length && token[i] == '\'' && Py_ISALPHA((unsigned char)token[i + 1]))
            for (i++; i < length && Py_ISALPHA((unsigned char)token[i]); i++) {}
        raw->words++;
        raw->longer += i - start > 3;
        raw->capital += i - start > 3 && Py_ISUPPER((unsigned char)token[start]);
    }
}

static void shape_phrases(const char *token, size_t length, Raw *raw) {
    if (memchr(token, '"', length)) raw->flags |= ATTRIBUTES;
    for (size_t i = 0; i < length;) {
        size_t start = i;
        while (i < length && (is_word(token[i]) || token[i] == '_')) i++;
        size_t run = i - start;
        raw->second += run && one_of(token + start, run, READER);
        if (run && one_of(token + start, run, SPEECH)) raw->flags |= ATTRIBUTES;
        if (run && i == length && same_word(token + start, run, "according")) raw->flags |= ENDS_ACCORDING;
        if (run && !start && same_word(token, run, "to")) raw->flags |= BEGINS_TO;
        i += i == start;
    }
}

/* Count the words of a normalised token: all, those before its first and after its last small word, the most in a row. */
static void sign_words(const Lookup *self, const char *token, size_t length, Raw *raw) {
    uint16_t row = 0;
    int any_small = 0;
    for (size_t end = 0, size; (size = next_word(token, length, &end));) {
        int small = names_value(&self->small, token + end - size, size, self->seed);
        if (small && !any_small) raw->first = row;
        any_small |= small;
        row = small ? 0 : row + 1;
        if (row > raw->most) raw->most = row;
        raw->found++;
    }
    if (!any_small) raw->first = row;
    raw->last = row;
}

/* ---- tokens as they are written ---- */

static int told_facts(PyObject *told, Raw *raw) {
    PyObject *facts = PyTuple_GET_ITEM(told, 1);
    *raw = (Raw){.row = -1};
    if (PyTuple_Check(facts) && PyArg_ParseTuple(facts, "HHHHHHHHb", &raw->words, &raw->longer, &raw->capital, &raw->second,
                                                 &raw->found, &raw->first, &raw->last, &raw->most, &raw->flags))
        return 0;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "not the facts of a token");
    return -1;
}

static int ask_python(Lookup *self, const char *token, size_t length, Raw *raw) {
    PyObject *written = PyUnicode_Decode(token, length, "utf-8", "surrogatepass");
    PyObject *told = written ? PyObject_CallOneArg(self->odd, written) : NULL;
    int done = -1;
    Py_XDECREF(written);
    if (!told) return -1;
    if (!PyTuple_Check(told) || PyTuple_GET_SIZE(told) != 4) {
        PyErr_SetString(PyExc_TypeError, "not four facts");
    } else if (!told_facts(told, raw)) {
        Py_ssize_t size;
        const char *normal = PyUnicode_AsUTF8AndSize(PyTuple_GET_ITEM(told, 0), &size);
        if (normal && size) {
            int plain = PyTuple_GET_ITEM(told, 2) == Py_None && size <= LONGEST;
            raw->row = row_of(self, normal, size, plain ? NULL : told);
            done = raw->row < 0 ? -1 : 0;
        } else if (normal) {
            done = 0;
        }
    }
    Py_DECREF(told);
    return done;
}

static int is_plain(const char *token, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (token[i] <= ' ' || token[i] >= 127) return 0;
    return 1;
}

/* Find a token, or learn it. Of very long ones only the normal form is remembered. */
static int find_raw(Lookup *self, const char *token, size_t length, uint64_t hash, Raw *found) {
    Slot *slot = names_slot(&self->raws, token, length, hash);
    if (slot->value >= 0) {
        *found = self->raw[slot->value];
        return 0;
    }
    if (length > LONGEST || !is_plain(token, length)) {
        if (ask_python(self, token, length, found) < 0) return -1;
    } else {
        char normal[LONGEST] = "";
        for (size_t i = 0; i < length; i++) normal[i] = (char)Py_TOLOWER((unsigned char)token[i]);
        *found = (Raw){.row = row_of(self, normal, length, NULL), .flags = SEEN};
        if (found->row < 0) return -1;
        shape_words(token, length, found);
        shape_phrases(token, length, found);
        sign_words(self, normal, length, found);
        if (names_value(&self->small, normal, length, self->seed) & FUNCTION_WORD) found->flags |= FUNCTION;
        if (Py_ISALPHA((unsigned char)*token)) found->flags |= LETTER;
    }
    if (length > LONGEST) return 0;
    size_t number = self->raws.used;
    if (make_room((void **)&self->raw, &self->raw_room, number + 1, sizeof *self->raw) < 0) return -1;
    self->raw[number] = *found;
    return names_add(&self->raws, token, length, hash, (int32_t)number);
}

static int is_bar(const char *token, size_t length) {
    if (length == 1) return *token == '|' || *token == '/';
    if (length == 2) return !memcmp(token, "\xc2\xb7", 2) || !memcmp(token, "\xc2\xbb", 2);
    return length == 3 && (!memcmp(token, "\xe2\x80\xa2", 3) || !memcmp(token, "\xe2\x80\xba", 3));
}

/* ---- one text ---- */

typedef struct {
    long words, longer, capital, second;
    int attributes, bars, by_python;  /* by_python: the shape is Python's to tell */
    long found, tokens, functions, letters, row, most;
} Facts;
typedef struct { int64_t *blocks, *words; double *rarity; size_t count, room; uint64_t page; int64_t distinct; } Firsts;  /* the first words of tokens, numbered by page */

static int pair_is_new(Lookup *self, uint64_t key) {
    size_t i = mixed(key ^ self->seed) & self->pair_mask;
    for (; self->pair_stamps[i] == self->now; i = (i + 1) & self->pair_mask)
        if (self->pair_set[i] == key) return 0;
    self->pair_stamps[i] = self->now;
    self->pair_set[i] = key;
    return 1;
}

static int room_for_pairs(Lookup *self, size_t tokens) {
    size_t size = 1024;
    while (size < 2 * tokens) size *= 2;
    if (size <= self->pair_room) return 0;
    uint64_t *set = PyMem_Malloc(size * sizeof *set), *stamps = PyMem_Calloc(size, sizeof *stamps);
    if (!set || !stamps) {
        PyMem_Free(set);
        PyMem_Free(stamps);
        return PyErr_NoMemory(), -1;
    }
    PyMem_Free(self->pair_set);
    PyMem_Free(self->pair_stamps);
    self->pair_set = set;
    self->pair_stamps = stamps;
    self->pair_room = size;
    self->pair_mask = size - 1;
    return 0;
}

static int add_first(Lookup *self, Firsts *firsts, int64_t block, int32_t word) {
    Met *met = &self->met[word];
    if (met->text == self->now) return 0;
    met->text = self->now;
    if (met->page != firsts->page) *met = (Met){self->now, firsts->page, firsts->distinct++};
    if (firsts->count == firsts->room) {
        size_t room = 2 * firsts->room + 1024;
        int64_t *blocks = PyMem_Realloc(firsts->blocks, room * sizeof *blocks);
        if (blocks) firsts->blocks = blocks;
        int64_t *words = PyMem_Realloc(firsts->words, room * sizeof *words);
        if (words) firsts->words = words;
        double *rarity = PyMem_Realloc(firsts->rarity, room * sizeof *rarity);
        if (rarity) firsts->rarity = rarity;
        if (!blocks || !words || !rarity) return PyErr_NoMemory(), -1;
        firsts->room = room;
    }
    int32_t column = column_of_word(self, word);
    firsts->blocks[firsts->count] = block;
    firsts->words[firsts->count] = met->number;
    firsts->rarity[firsts->count++] = column < 0 ? self->words.rarest : sqrt(self->words.units[column].sums[MASS]);
    return 0;
}

static void add_pair(Lookup *self, const Row *left, const Row *right, double *sums) {
    if (left->last < 0 || right->first < 0) return;
    uint64_t key = pair_key(left->last, right->first);
    if (!pair_is_new(self, key)) return;
    int32_t column = numbers_find(&self->pairs, key, self->seed);
    if (column < 0) {
        sums[MASS] += self->words.unknown;
        return;
    }
    const double *unit = self->words.units[column].sums;
    for (int i = 0; i < PART; i++) sums[i] += unit[i];
}

/* Cut a text at white space; return how many tokens it has, -1 on error. */
static Py_ssize_t cut(Lookup *self, const char *text, size_t length) {
    const unsigned char *p = (const unsigned char *)text, *end = p + length, *before = NULL;
    Py_ssize_t count = 0;
    for (size_t space;;) {
        while ((space = space_at(p, end))) p += space;
        if (p >= end) return count;
        const unsigned char *start = p;
        uint64_t hash = self->seed;
        for (; p < end && !space_at(p, end); p++) hash = (hash ^ *p) * 0x100000001B3u;
        if (make_room((void **)&self->pieces, &self->piece_room, count + 1, sizeof *self->pieces) < 0) return -1;
        int spaced = before && start - before == 1 && *before == ' ';
        self->pieces[count++] = (Piece){(const char *)start, p - start, mixed(hash), {0}, spaced};
        PREFETCH(&self->raws.slots[mixed(hash) & self->raws.mask]);
        before = p;
    }
}

static void add_facts(Facts *facts, const Piece *piece, const Piece *before, int between) {
    facts->words += piece->raw.words;
    facts->longer += piece->raw.longer;
    facts->capital += piece->raw.capital;
    facts->second += piece->raw.second;
    facts->attributes |= piece->raw.flags & ATTRIBUTES;
    facts->attributes |= before && piece->spaced && before->raw.flags & ENDS_ACCORDING && piece->raw.flags & BEGINS_TO;
    facts->bars |= between && is_bar(piece->start, piece->length);
    facts->by_python |= piece->length > LONGEST || piece->raw.flags & ODD;
    facts->found += piece->raw.found;
    facts->tokens += (piece->raw.flags & SEEN) != 0;
    facts->functions += (piece->raw.flags & FUNCTION) != 0;
    facts->letters += (piece->raw.flags & LETTER) != 0;
    facts->row += piece->raw.first;
    if (facts->row > facts->most) facts->most = facts->row;
    if (piece->raw.most > facts->most) facts->most = piece->raw.most;
    if (piece->raw.first < piece->raw.found) facts->row = piece->raw.last;
}

static int score_bytes(Lookup *self, const char *text, size_t length, double *sums, Facts *facts, Firsts *firsts,
                       int64_t block) {
    Py_ssize_t count = cut(self, text, length);
    const Row *previous = NULL;
    if (count < 0 || room_for_pairs(self, (size_t)count) < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        Piece *piece = &self->pieces[i];
        if (find_raw(self, piece->start, piece->length, piece->hash, &piece->raw) < 0) return -1;
        if (piece->raw.row >= 0) PREFETCH(&self->rows[piece->raw.row]);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        Piece *piece = &self->pieces[i];
        int between = piece->start > text && piece->start + piece->length < text + length;
        add_facts(facts, piece, i ? piece - 1 : NULL, between);
        if (piece->raw.row < 0) continue;
        Row *row = &self->rows[piece->raw.row];
        if (previous) add_pair(self, previous, row, sums);
        previous = row;
        if (row->stamp == self->now) continue;
        row->stamp = self->now;
        for (int k = 0; k < WIDTH; k++) sums[k] += row->sums[k];
        if (firsts && row->first >= 0 && add_first(self, firsts, block, row->first) < 0) return -1;
    }
    return 0;
}

static int is_closing(Py_UCS4 c) { return c == '"' || c == '\'' || c == 0x201d || c == 0x2019 || c == ')'; }

/* Write the shape; the date at the end is Python's to find, 2 saying that there may be one. */
static void write_shape(PyObject *text, const Facts *facts, double *shape) {
    Py_ssize_t length = PyUnicode_GET_LENGTH(text), end = length;
    while (end && is_closing(PyUnicode_READ_CHAR(text, end - 1))) end--;
    Py_UCS4 last = end ? PyUnicode_READ_CHAR(text, end - 1) : 0;
    shape[0] = facts->by_python ? NAN : log1p((double)facts->words) / log(LONG_PARAGRAPH);
    shape[1] = facts->longer ? (double)facts->capital / facts->longer : 0;
    shape[2] = length && Py_UNICODE_ISDIGIT(PyUnicode_READ_CHAR(text, 0));
    shape[4] = fmin(1, 10.0 * facts->second / (facts->words > 10 ? facts->words : 10));
    shape[5] = facts->attributes;
    shape[6] = last == '.' || last == '!' || last == '?' || last == 0x2026;
    shape[7] = facts->bars;
    for (end = length; end; end--) {
        Py_UCS4 c = PyUnicode_READ_CHAR(text, end - 1);
        if (c != ' ' && c != '.' && c != ')') break;
    }
    shape[3] = end && Py_UNICODE_ISDECIMAL(PyUnicode_READ_CHAR(text, end - 1)) ? 2 : 0;
}

static void write_signs(const Facts *facts, int64_t *signs) {
    long found[SIGNS] = {facts->found, facts->tokens, facts->functions, facts->letters, facts->most};
    for (int i = 0; i < SIGNS; i++) signs[i] = found[i];
}

static int score_text(Lookup *self, PyObject *text, double *sums, double *shape, int64_t *signs, Firsts *firsts,
                      int64_t block) {
    Facts facts = {0};
    int done;
    if (!PyUnicode_Check(text)) return PyErr_SetString(PyExc_TypeError, "a text is a str"), -1;
    self->now++;
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        done = score_bytes(self, (const char *)PyUnicode_1BYTE_DATA(text), PyUnicode_GET_LENGTH(text), sums, &facts,
                           firsts, block);
    } else {
        PyObject *bytes = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
        if (!bytes) return -1;
        done = score_bytes(self, PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes), sums, &facts, firsts, block);
        Py_DECREF(bytes);
    }
    if (!done) {
        write_shape(text, &facts, shape);
        write_signs(&facts, signs);
    }
    return done;
}

/* ---- Python's side ---- */

static void free_items(void **items, size_t *room) {
    PyMem_Free(*items);
    *items = NULL;
    *room = 0;
}

/* Begin anew, and give all memory back; where there is none for that, all stays as it is. */
static int reset_tokens(Lookup *self) {
    Names raws = {0}, normals = {0}, others = {0};
    if (names_begin(&raws, 1024) < 0 || names_begin(&normals, 1024) < 0 || names_begin(&others, 1024) < 0) {
        names_end(&raws);
        names_end(&normals);
        names_end(&others);
        return -1;
    }
    names_end(&self->raws);
    names_end(&self->normals);
    names_end(&self->others);
    self->raws = raws;
    self->normals = normals;
    self->others = others;
    self->row_count = 0;
    free_items((void **)&self->raw, &self->raw_room);
    free_items((void **)&self->rows, &self->row_room);
    return 0;
}

static void free_buffers(Lookup *self) {
    free_items((void **)&self->pieces, &self->piece_room);
    free_items((void **)&self->pair_set, &self->pair_room);
    free_items((void **)&self->pair_stamps, &self->pair_room);
}

static size_t size_of(const Names *map) { return (map->mask + 1) * sizeof(Slot) + map->room; }

/* Bytes of what is remembered. */
static size_t remembered(const Lookup *self) {
    return size_of(&self->raws) + size_of(&self->normals) + size_of(&self->others) +
           self->raw_room * sizeof *self->raw + self->row_room * sizeof *self->rows;
}

static PyObject *Lookup_forget(Lookup *self, PyObject *Py_UNUSED(none)) {
    if (self->others.slots && reset_tokens(self) < 0) return NULL;
    Py_RETURN_NONE;
}

static PyObject *Lookup_bytes(Lookup *self, void *Py_UNUSED(closure)) { return PyLong_FromSize_t(remembered(self)); }

static PyObject *as_bytes(const void *data, size_t size) { return PyBytes_FromStringAndSize(data ? data : "", size); }

static PyObject *Lookup_score(Lookup *self, PyObject *args) {
    PyObject *texts, *answer = NULL, *sums, *shapes, *signs;
    int want_firsts;
    Firsts firsts = {0};
    if (!PyArg_ParseTuple(args, "O!p", &PyList_Type, &texts, &want_firsts)) return NULL;
    if (!self->others.slots) return PyErr_SetString(PyExc_TypeError, "made without its weights"), NULL;
    firsts.page = self->now + 1;  /* the stamp of its first text */
    Py_ssize_t count = PyList_GET_SIZE(texts);
    sums = PyBytes_FromStringAndSize(NULL, count * WIDTH * sizeof(double));
    shapes = PyBytes_FromStringAndSize(NULL, count * SHAPES * sizeof(double));
    signs = PyBytes_FromStringAndSize(NULL, count * SIGNS * sizeof(int64_t));
    if (sums && shapes && signs) {
        double *sum = (double *)PyBytes_AS_STRING(sums), *shape = (double *)PyBytes_AS_STRING(shapes);
        int64_t *sign = (int64_t *)PyBytes_AS_STRING(signs);
        memset(sum, 0, count * WIDTH * sizeof(double));
        Py_ssize_t i = 0;
        while (i < count && i < PyList_GET_SIZE(texts) &&
               !score_text(self, PyList_GET_ITEM(texts, i), sum + i * WIDTH, shape + i * SHAPES,
                           sign + i * SIGNS, want_firsts ? &firsts : NULL, i))
            i++;
        if (i == count)
            answer = Py_BuildValue("OOONNN", sums, shapes, signs, as_bytes(firsts.blocks, firsts.count * sizeof(int64_t)),
                                   as_bytes(firsts.words, firsts.count * sizeof(int64_t)),
                                   as_bytes(firsts.rarity, firsts.count * sizeof(double)));
        else if (!PyErr_Occurred())
            PyErr_SetString(PyExc_RuntimeError, "the texts were changed while they were scored");
    }
    Py_XDECREF(sums);
    Py_XDECREF(shapes);
    Py_XDECREF(signs);
    PyMem_Free(firsts.blocks);
    PyMem_Free(firsts.words);
    PyMem_Free(firsts.rarity);
    if (self->piece_room > MOST_PIECES) free_buffers(self);
    return answer;
}

static int part_begin(Part *part, PyObject *table, Py_ssize_t grams, double unknown, double rarest) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(table, &buffer, PyBUF_C_CONTIGUOUS) < 0) return -1;
    int fits = buffer.len == (Py_ssize_t)(grams * PART * sizeof(double));
    part->units = fits ? PyMem_Calloc(grams + 1, sizeof *part->units) : NULL;
    for (Py_ssize_t i = 0; part->units && i < grams; i++)
        memcpy(part->units[i].sums, (char *)buffer.buf + i * sizeof part->units[i].sums, sizeof part->units[i].sums);
    PyBuffer_Release(&buffer);
    if (!fits) return PyErr_SetString(PyExc_ValueError, "a table has another size than its n-grams"), -1;
    part->unknown = unknown;
    part->rarest = rarest;
    return part->units ? 0 : (PyErr_NoMemory(), -1);
}

/* Return the number of a word of the vocabulary, making one. */
static int32_t vocabulary_word(Lookup *self, const char *word, size_t length) {
    uint64_t hash = hash_of(self, word, length);
    Slot *slot = names_slot(&self->known, word, length, hash);
    if (slot->value >= 0) return slot->value;
    int32_t number = (int32_t)self->known.used;
    return names_add(&self->known, word, length, hash, number) < 0 ? -1 : number;
}

static int learn_words(Lookup *self, PyObject *grams) {
    Py_ssize_t count = PyList_GET_SIZE(grams);
    self->columns = PyMem_Malloc((2 * count + 1) * sizeof *self->columns);
    if (!self->columns) return PyErr_NoMemory(), -1;
    for (Py_ssize_t i = 0; i < 2 * count; i++) self->columns[i] = -1;
    if (names_begin(&self->known, 1024) < 0 || numbers_begin(&self->pairs, count) < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_ssize_t length;
        const char *gram = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(grams, i), &length);
        if (!gram) return -1;
        const char *space = memchr(gram, ' ', length);
        size_t first = space ? (size_t)(space - gram) : (size_t)length;
        int32_t left = vocabulary_word(self, gram, first);
        int32_t right = space ? vocabulary_word(self, space + 1, length - first - 1) : 0;
        if (left < 0 || right < 0) return -1;
        if (space)
            numbers_set(&self->pairs, pair_key(left, right), (int32_t)i, self->seed);
        else
            self->columns[left] = (int32_t)i;
    }
    return make_room((void **)&self->met, &self->word_room, self->known.used + 1, sizeof *self->met);
}

static int learn_characters(Lookup *self, PyObject *grams) {
    Py_ssize_t count = PyList_GET_SIZE(grams);
    if (numbers_begin(&self->grams, count) < 0) return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *gram = PyList_GET_ITEM(grams, i);
        if (!PyUnicode_Check(gram)) return PyErr_SetString(PyExc_TypeError, "an n-gram is a str"), -1;
        Py_ssize_t length = PyUnicode_GET_LENGTH(gram);
        if (!PyUnicode_IS_COMPACT_ASCII(gram) || length < 3 || length > 5) continue;  /* Python's to look up */
        uint64_t key = 0;
        for (Py_ssize_t n = 0; n < length; n++) key = key << 8 | PyUnicode_1BYTE_DATA(gram)[n];
        numbers_set(&self->grams, key, (int32_t)i, self->seed);
    }
    return 0;
}

static int Lookup_init(Lookup *self, PyObject *args, PyObject *Py_UNUSED(keywords)) {
    PyObject *words, *word_table, *characters, *character_table, *small, *odd;
    double word_unknown, word_rarest, character_unknown, character_rarest;
    unsigned long long seed;
    if (self->odd) return PyErr_SetString(PyExc_TypeError, "made already"), -1;
    if (!PyArg_ParseTuple(args, "O!OddO!OddO!OK", &PyList_Type, &words, &word_table, &word_unknown, &word_rarest,
                          &PyList_Type, &characters, &character_table, &character_unknown, &character_rarest,
                          &PyDict_Type, &small, &odd, &seed))
        return -1;
    self->odd = Py_NewRef(odd);
    self->seed = seed;
    return part_begin(&self->words, word_table, PyList_GET_SIZE(words), word_unknown, word_rarest) < 0 ||
                   part_begin(&self->characters, character_table, PyList_GET_SIZE(characters), character_unknown,
                              character_rarest) < 0 ||
                   names_learn(&self->small, small, seed) < 0 || learn_words(self, words) < 0 ||
                   learn_characters(self, characters) < 0 || reset_tokens(self) < 0
               ? -1
               : 0;
}

static int Lookup_traverse(Lookup *self, visitproc visit, void *arg) {
    Py_VISIT(self->odd);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int Lookup_clear(Lookup *self) {
    Py_CLEAR(self->odd);
    return 0;
}

static void Lookup_dealloc(Lookup *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Lookup_clear(self);
    names_end(&self->raws);
    names_end(&self->normals);
    names_end(&self->known);
    names_end(&self->others);
    names_end(&self->small);
    PyMem_Free(self->pairs.slots);
    PyMem_Free(self->grams.slots);
    PyMem_Free(self->words.units);
    PyMem_Free(self->characters.units);
    PyMem_Free(self->columns);
    PyMem_Free(self->raw);
    PyMem_Free(self->rows);
    PyMem_Free(self->met);
    PyMem_Free(self->pair_set);
    PyMem_Free(self->pair_stamps);
    PyMem_Free(self->pieces);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"score", (PyCFunction)Lookup_score, METH_VARARGS, "Return the sums, shapes, signs and first words of texts."},
    {"forget", (PyCFunction)Lookup_forget, METH_NOARGS, "Forget every token that was met."},
    {NULL, NULL, 0, NULL},
};
static PyGetSetDef GETTERS[] = {
    {"bytes", (getter)Lookup_bytes, NULL, "Bytes of the tokens that are remembered.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "The sums of tokens, remembered. Not for two threads at once."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, Lookup_init},
    {Py_tp_dealloc, Lookup_dealloc},
    {Py_tp_traverse, Lookup_traverse},
    {Py_tp_clear, Lookup_clear},
    {Py_tp_methods, METHODS},
    {Py_tp_getset, GETTERS},
    {0, NULL},
};
static PyType_Spec SPEC = {"classifier._lookup.Lookup", sizeof(Lookup), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                           SLOTS};
static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_lookup", "Token look-up, compiled.", -1, NULL, NULL, NULL, NULL,
                                    NULL};

PyMODINIT_FUNC PyInit__lookup(void) {
    PyObject *module = PyModule_Create(&MODULE), *type = PyType_FromSpec(&SPEC);
    if (!module || !type || PyModule_AddObjectRef(module, "Lookup", type) < 0) Py_CLEAR(module);
    Py_XDECREF(type);
    return module;
}
