/* The pieces of a page's markup, for classifier/pieces.py, which does the same in Python where this was not compiled.

   The markup is a body as the HTML parser writes it. What seldom comes and needs more than bytes is asked of Python:
   the host of an absolute link, and whether a style hides. */

#include "_maps.h"

enum { SKIPPED = 1, BREAKS = 2, HEADING = 4, LIST_ITEM = 8, VOID = 16, PASSED = 32, SHOWN = 64, FOREIGN = 128 };
/* of a tag: classifier/pieces.py; and of an open element as well: */
enum { HIDDEN = 256, ARIA_HIDDEN = 512 };
enum { INHERITED = SKIPPED | HEADING | LIST_ITEM | FOREIGN | HIDDEN | ARIA_HIDDEN, LONGEST_STEP = 16 };

typedef struct { const char *start; size_t length; } Text;
typedef struct { Text text, tag, attributes; int closing; } Token;  /* text or a tag; neither: a comment */
typedef struct { Text hidden, style, aria_hidden, href; } Told;     /* values as written; start NULL: not there */

typedef struct {
    Text tag;
    uint64_t number;  /* of the element on the page */
    size_t owner;     /* depth of the nearest element with a break: itself or one that it stands in */
    size_t path;      /* bytes of the element path that lead to it */
    int steps, flags;
    PyObject *link;   /* host of the link that this is in, borrowed; None inside the site, NULL outside of links */
} Frame;

typedef struct { uint64_t hash; uint32_t count; } Count;

typedef struct {
    PyObject_HEAD
    PyObject *hides;  /* Python's: style -> whether it hides */
    Names tags;       /* tags with flags */
    uint64_t seed;    /* of the hashes: nobody can choose tags that collide */
    int deepest;      /* steps of a path */
} Reader;

typedef struct {
    const Reader *self;
    const char *end;
    PyObject *link_host, *pieces, *links;  /* Python's: address -> host; what was read; every host, so that it lives */
    PyObject *hosts;                       /* of the piece at hand, as a dict's keys */
    Frame *stack; size_t depth, stack_room;
    char *path; size_t path_room;
    char *text; size_t length, text_room;  /* of the piece at hand */
    size_t owner;                          /* its element */
    Py_ssize_t linked;
    int escaped;                           /* no text looks like markup */
    Count *counts; size_t mask, counted;   /* children of each element by tag */
    uint64_t elements;
} Page;

static int is(Text text, const char *word) {
    return text.length == strlen(word) && !memcmp(text.start, word, text.length);
}

static int same(Text one, Text other) { return one.length == other.length && !memcmp(one.start, other.start, one.length); }

static int flags_of(const Reader *self, Text tag) {
    return names_value(&self->tags, tag.start, tag.length, self->seed);
}

/* ---- tokens and attributes ---- */

static const char *find(const char *from, const char *end, const char *what, size_t length) {
    for (; end - from >= (Py_ssize_t)length; from++) {
        from = memchr(from, *what, end - from - length + 1);
        if (!from) break;
        if (!memcmp(from, what, length)) return from;
    }
    return NULL;
}

/* Return where the content of a script and the like ends. */
static const char *end_of_raw(const char *from, const char *end, Text tag) {
    for (const char *at = from; (at = find(at, end, "</", 2)); at += 2)
        if (end - at - 2 >= (Py_ssize_t)tag.length && !memcmp(at + 2, tag.start, tag.length)) return at;
    return from;
}

/* Read a token at `at`; return where the next one begins, NULL at the end. */
static const char *next_token(const Reader *self, const char *at, const char *end, Token *token) {
    memset(token, 0, sizeof *token);
    if (at >= end) return NULL;
    if (*at != '<') {
        const char *stop = memchr(at, '<', end - at);
        token->text = (Text){at, (stop ? stop : end) - at};
        return stop ? stop : end;
    }
    if (end - at >= 4 && !memcmp(at, "<!--", 4)) {
        const char *stop = find(at + 4, end, "-->", 3);
        if (stop) return stop + 3;
    }
    const char *stop = memchr(at, '>', end - at), *name = at + 1;
    if (!stop) return NULL;
    if (*name == '?') return stop + 1;
    token->closing = *name == '/';
    name += token->closing;
    const char *rest = name;
    while (*rest != ' ' && *rest != '/' && *rest != '>') rest++;
    if (rest == name) return NULL;
    token->tag = (Text){name, rest - name};
    token->attributes = (Text){rest, stop - rest};
    if (!token->closing && flags_of(self, token->tag) & PASSED)
        return end_of_raw(stop + 1, end, token->tag);
    return stop + 1;
}

/* Read the attributes that matter here, each as ` name="value"`. */
static Told told_by(Text attributes) {
    Told told = {{0}, {0}, {0}, {0}};
    const char *at = attributes.start, *end = at + attributes.length;
    while (at < end && (at = memchr(at, ' ', end - at))) {
        const char *name = ++at, *stop = name;
        while (stop + 1 < end && *stop != ' ' && *stop != '/' && (stop == name || stop[0] != '=' || stop[1] != '"')) stop++;
        if (stop == name || stop + 1 >= end || *stop != '=') continue;
        const char *value = stop + 2, *quote = memchr(value, '"', end - value);
        if (!quote) continue;
        Text key = {name, stop - name}, found = {value, quote - value};
        if (is(key, "href")) told.href = found;
        else if (is(key, "style")) told.style = found;
        else if (is(key, "hidden")) told.hidden = found;
        else if (is(key, "aria-hidden")) told.aria_hidden = found;
        at = quote + 1;
    }
    return told;
}

static int is_blank(char c) { return c == ' ' || (c >= 9 && c <= 13); }

static int says_true(Text value) {
    while (value.length && is_blank(*value.start)) value.start++, value.length--;
    while (value.length && is_blank(value.start[value.length - 1])) value.length--;
    if (value.length != 4) return 0;
    for (int i = 0; i < 4; i++)
        if (Py_TOLOWER((unsigned char)value.start[i]) != "true"[i]) return 0;
    return 1;
}

/* Write a text or a value as it was before the parser wrote it; return its length, at most that of `written`. */
static size_t unescape(Text written, char *into) {
    static const struct { const char *name; size_t length; const char *text; } ENTITIES[] = {
        {"&amp;", 5, "&"}, {"&nbsp;", 6, "\xc2\xa0"}, {"&lt;", 4, "<"}, {"&gt;", 4, ">"}, {"&quot;", 6, "\""},
    };
    const char *at = written.start, *end = at + written.length;
    char *out = into;
    while (at < end) {
        const char *mark = memchr(at, '&', end - at);
        size_t plain = (mark ? mark : end) - at;
        memcpy(out, at, plain);
        out += plain;
        if (!mark) break;
        at = mark;
        int known = 0;
        for (int i = 0; i < 5 && !known; i++) {
            known = end - at >= (Py_ssize_t)ENTITIES[i].length && !memcmp(at, ENTITIES[i].name, ENTITIES[i].length);
            if (!known) continue;
            size_t length = strlen(ENTITIES[i].text);
            memcpy(out, ENTITIES[i].text, length);
            out += length;
            at += ENTITIES[i].length;
        }
        if (!known) *out++ = *at++;
    }
    return out - into;
}

static PyObject *value_of(Text written) {
    char *value = PyMem_Malloc(written.length + 1);
    if (!value) return PyErr_NoMemory();
    PyObject *text = PyUnicode_DecodeUTF8(value, unescape(written, value), NULL);
    PyMem_Free(value);
    return text;
}

/* Tell whether an element, whose content begins at `at`, is a link or has one in it. */
static int is_or_has_link(const Page *page, Text tag, const char *at) {
    Token token;
    size_t depth = 1;
    if (is(tag, "a")) return 1;
    if (flags_of(page->self, tag) & VOID) return 0;
    while (depth && (at = next_token(page->self, at, page->end, &token))) {
        if (!token.tag.length) continue;
        if (is(token.tag, "a") && !token.closing && told_by(token.attributes).href.start) return 1;
        if (!(flags_of(page->self, token.tag) & VOID)) depth += token.closing ? -1 : 1;
    }
    return 0;
}

/* ---- pieces ---- */

/* End the piece that is being read; its white space is folded. */
static int flush(Page *page) {
    char *out = page->text, *end = page->text + page->length;
    const Frame *owner = &page->stack[page->owner];
    size_t space;
    if (!page->length) return 0;
    for (char *at = page->text; at < end;) {
        while ((space = space_at((unsigned char *)at, (unsigned char *)end))) at += space;
        if (at >= end) break;
        if (out != page->text) *out++ = ' ';
        while (at < end && !space_at((unsigned char *)at, (unsigned char *)end)) *out++ = *at++;
    }
    Py_ssize_t length = out - page->text, linked = page->linked;
    page->length = 0;
    page->linked = 0;
    if (!length) return PyDict_Clear(page->hosts), 0;
    PyObject *hosts = PyDict_Keys(page->hosts), *as_tuple = hosts ? PyList_AsTuple(hosts) : NULL;
    PyObject *piece = as_tuple ? Py_BuildValue(
        "s#s#OOOnO", page->text, length, page->path, (Py_ssize_t)owner->path, owner->flags & LIST_ITEM ? Py_True : Py_False,
        owner->flags & HEADING ? Py_True : Py_False, owner->flags & HIDDEN ? Py_True : Py_False, linked, as_tuple) : NULL;
    int done = piece ? PyList_Append(page->pieces, piece) : -1;
    PyDict_Clear(page->hosts);
    Py_XDECREF(hosts);
    Py_XDECREF(as_tuple);
    Py_XDECREF(piece);
    return done;
}

static Py_ssize_t count_visible(const char *text, size_t length) {
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    Py_ssize_t count = 0;
    while (at < end) {
        size_t space = space_at(at, end);
        count += !space && (*at & 0xc0) != 0x80;
        at += space ? space : 1;
    }
    return count;
}

static int read_text(Page *page, Text text) {
    const Frame *frame = &page->stack[page->depth - 1];
    if (frame->flags & SKIPPED) return 0;
    if (!page->length) page->owner = frame->owner;
    if (make_room((void **)&page->text, &page->text_room, page->length + text.length, 1) < 0) return -1;
    size_t length = unescape(text, page->text + page->length);
    if (frame->link) {
        page->linked += count_visible(page->text + page->length, length);
        if (frame->link != Py_None && PyDict_SetItem(page->hosts, frame->link, Py_None) < 0) return -1;
    }
    page->length += length;
    return 0;
}

/* ---- elements ---- */

static int grow_counts(Page *page) {
    size_t size = page->counts ? 2 * (page->mask + 1) : 1024;
    Count *grown = PyMem_Calloc(size, sizeof *grown);
    if (!grown) return PyErr_NoMemory(), -1;
    for (size_t i = 0; page->counts && i <= page->mask; i++) {
        if (!page->counts[i].count) continue;
        size_t j = page->counts[i].hash & (size - 1);
        while (grown[j].count) j = (j + 1) & (size - 1);
        grown[j] = page->counts[i];
    }
    PyMem_Free(page->counts);
    page->counts = grown;
    page->mask = size - 1;
    return 0;
}

/* Return the number of a new child among those of its tag, from 1; 0 on error. Two tags of one element are taken for
   the same when they have the same 64 bits of hash. */
static uint32_t step_of(Page *page, const Frame *parent, Text tag) {
    if (2 * page->counted >= page->mask && grow_counts(page) < 0) return 0;
    uint64_t hash = hash_bytes(tag.start, tag.length, mixed(page->self->seed ^ parent->number * 0x9E3779B97F4A7C15u));
    size_t i = hash & page->mask;
    while (page->counts[i].count && page->counts[i].hash != hash) i = (i + 1) & page->mask;
    page->counted += !page->counts[i].count;
    page->counts[i].hash = hash;
    return ++page->counts[i].count;
}

/* Extend the path that leads to `parent` by one step, unless that is deep enough. */
static int lengthen_path(Page *page, const Frame *parent, Frame *frame, uint32_t step) {
    frame->path = parent->path;
    frame->steps = parent->steps;
    if (parent->steps >= page->self->deepest) return 0;
    if (make_room((void **)&page->path, &page->path_room, parent->path + frame->tag.length + LONGEST_STEP, 1) < 0) return -1;
    char *out = page->path + parent->path;
    *out++ = '/';
    memcpy(out, frame->tag.start, frame->tag.length);
    out += frame->tag.length;
    if (!is(frame->tag, "body")) out += PyOS_snprintf(out, LONGEST_STEP - 1, "[%u]", (unsigned)step);
    frame->path = out - page->path;
    frame->steps++;
    return 0;
}

static int hides(const Page *page, const Told *told) {
    if (told->hidden.start) return 1;
    if (!told->style.length) return 0;
    PyObject *style = value_of(told->style), *answer = style ? PyObject_CallOneArg(page->self->hides, style) : NULL;
    int hidden = answer ? PyObject_IsTrue(answer) : -1;
    Py_XDECREF(style);
    Py_XDECREF(answer);
    return hidden;
}

static PyObject *link_of(Page *page, Text href) {
    if (!href.length || !find(href.start, href.start + href.length, "//", 2)) return Py_None;
    PyObject *address = value_of(href), *host = address ? PyObject_CallOneArg(page->link_host, address) : NULL;
    Py_XDECREF(address);
    if (host && (!PyUnicode_Check(host) || PyList_Append(page->links, host) < 0)) {
        if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "a host is a str");
        Py_CLEAR(host);
    }
    if (!host) return NULL;
    Py_DECREF(host);  /* the list of links has it */
    return PyUnicode_GET_LENGTH(host) ? host : Py_None;
}

static int enter(Page *page, const Token *token, const char *content) {
    if (make_room((void **)&page->stack, &page->stack_room, page->depth + 1, sizeof *page->stack) < 0) return -1;
    const Frame *parent = &page->stack[page->depth - 1];
    Frame *frame = &page->stack[page->depth];
    Told told = told_by(token->attributes);
    int flags = flags_of(page->self, token->tag) | (parent->flags & INHERITED);
    int farm = !(parent->flags & ARIA_HIDDEN) && told.aria_hidden.start && says_true(told.aria_hidden);
    int hidden = parent->flags & HIDDEN ? 1 : hides(page, &told);
    if (hidden < 0) return -1;
    if (hidden || (farm && is_or_has_link(page, token->tag, content))) flags |= HIDDEN;
    if ((flags ^ parent->flags) & HIDDEN) flags |= BREAKS;
    if (parent->flags & SKIPPED) flags &= ~BREAKS;
    if (farm) flags |= ARIA_HIDDEN;
    if (flags & BREAKS && flush(page) < 0) return -1;
    uint32_t step = step_of(page, parent, token->tag);
    *frame = (Frame){token->tag, ++page->elements, flags & BREAKS ? page->depth : parent->owner, 0, 0, flags, parent->link};
    if (!step || lengthen_path(page, parent, frame, step) < 0) return -1;
    if (flags & VOID) return 0;
    if (is(token->tag, "a") && !(frame->link = link_of(page, told.href))) return -1;
    page->depth++;
    return 0;
}

static int leave(Page *page, Text tag) {
    const Frame *frame = &page->stack[page->depth - 1];
    if (page->depth < 2 || !same(frame->tag, tag)) return 0;  /* of a void element inside SVG or MathML, where they have end tags */
    page->depth--;
    return frame->flags & BREAKS ? flush(page) : 0;
}

/* Tell whether the text of an element, which ends at `end`, may hold what looks like markup and is none. */
static int may_mislead(const Page *page, const Token *token, const char *end) {
    int flags = flags_of(page->self, token->tag);
    const char *text = token->tag.start;
    if (flags & SHOWN || (flags & PASSED && page->stack[page->depth - 1].flags & FOREIGN)) return 1;
    return flags & PASSED && is(token->tag, "script") && find(text, end, "<!--", 4) && find(text, end, "<script", 7);
}

/* Return 1 when all was read, 0 when text may have been taken for markup, -1 on error. */
static int read_page(Page *page, const char *at) {
    static const char ROOT[] = "html";
    Token token;
    if (make_room((void **)&page->stack, &page->stack_room, 1, sizeof *page->stack) < 0 ||
        make_room((void **)&page->path, &page->path_room, sizeof ROOT, 1) < 0)
        return -1;
    memcpy(page->path, ROOT, sizeof ROOT);
    page->stack[page->depth++] = (Frame){{ROOT, sizeof ROOT - 1}, 0, 0, sizeof ROOT - 1, 0, BREAKS, NULL};
    while ((at = next_token(page->self, at, page->end, &token))) {
        int opens = token.tag.length && !token.closing;
        if (opens && !page->escaped && may_mislead(page, &token, at)) return 0;
        if (token.text.length ? read_text(page, token.text) < 0
            : opens           ? enter(page, &token, at) < 0
                              : token.closing && leave(page, token.tag) < 0)
            return -1;
    }
    return flush(page) < 0 ? -1 : 1;
}

/* ---- Python's side ---- */

static PyObject *Reader_read(Reader *self, PyObject *args) {
    PyObject *markup, *link_host;
    Py_ssize_t length;
    int escaped, done = -1;
    if (!PyArg_ParseTuple(args, "UOp", &markup, &link_host, &escaped)) return NULL;
    const char *text = PyUnicode_AsUTF8AndSize(markup, &length);
    if (!text || !self->hides) return text ? PyErr_SetString(PyExc_TypeError, "made without its tags"), NULL : NULL;
    Page page = {.self = self, .end = text + length, .link_host = link_host, .escaped = escaped};
    page.pieces = PyList_New(0);
    page.links = PyList_New(0);
    page.hosts = PyDict_New();
    if (page.pieces && page.links && page.hosts) done = read_page(&page, text);
    if (done < 1) Py_CLEAR(page.pieces);
    Py_XDECREF(page.links);
    Py_XDECREF(page.hosts);
    PyMem_Free(page.stack);
    PyMem_Free(page.path);
    PyMem_Free(page.text);
    PyMem_Free(page.counts);
    return done ? page.pieces : Py_NewRef(Py_None);
}

static int Reader_init(Reader *self, PyObject *args, PyObject *Py_UNUSED(keywords)) {
    PyObject *tags, *hides;
    unsigned long long seed;
    if (self->hides) return PyErr_SetString(PyExc_TypeError, "made already"), -1;
    if (!PyArg_ParseTuple(args, "O!OiK", &PyDict_Type, &tags, &hides, &self->deepest, &seed)) return -1;
    self->seed = seed;
    names_end(&self->tags);
    if (names_learn(&self->tags, tags, seed) < 0) return -1;
    self->hides = Py_NewRef(hides);
    return 0;
}

static int Reader_traverse(Reader *self, visitproc visit, void *arg) {
    Py_VISIT(self->hides);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static int Reader_clear(Reader *self) {
    Py_CLEAR(self->hides);
    return 0;
}

static void Reader_dealloc(Reader *self) {
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Reader_clear(self);
    names_end(&self->tags);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"read", (PyCFunction)Reader_read, METH_VARARGS, "Return the pieces of a body as the HTML parser writes it."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot SLOTS[] = {
    {Py_tp_doc, "Reads pages. Threads may share it."},
    {Py_tp_new, PyType_GenericNew},
    {Py_tp_init, Reader_init},
    {Py_tp_dealloc, Reader_dealloc},
    {Py_tp_traverse, Reader_traverse},
    {Py_tp_clear, Reader_clear},
    {Py_tp_methods, METHODS},
    {0, NULL},
};
static PyType_Spec SPEC = {"classifier._markup.Reader", sizeof(Reader), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, SLOTS};
static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_markup", "Pieces of markup, compiled.", -1, NULL, NULL, NULL, NULL,
                                    NULL};

PyMODINIT_FUNC PyInit__markup(void) {
    PyObject *module = PyModule_Create(&MODULE), *type = PyType_FromSpec(&SPEC);
    if (!module || !type || PyModule_AddObjectRef(module, "Reader", type) < 0) Py_CLEAR(module);
    Py_XDECREF(type);
    return module;
}
