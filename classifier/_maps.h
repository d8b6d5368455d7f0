/* Maps (open addressing, at most half full) and growing rows, for the compiled modules. Hashes are seeded by those. */

#ifndef NEWSIEVE_MAPS_H
#define NEWSIEVE_MAPS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

typedef struct { uint64_t hash; uint32_t start, length; int32_t value; } Slot;  /* value -1: empty */
typedef struct { Slot *slots; size_t mask, used; char *bytes; size_t filled, room; } Names;

typedef struct { uint64_t key; int32_t value; } Number;  /* key 0: empty */
typedef struct { Number *slots; size_t mask; } Numbers;

static inline uint64_t mixed(uint64_t key) {
    key ^= key >> 32;
    key *= 0x9E3779B97F4A7C15u;
    return key ^ key >> 29;
}

static inline uint64_t hash_bytes(const char *bytes, size_t length, uint64_t seed) {
    uint64_t hash = seed;
    for (size_t i = 0; i < length; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
    return mixed(hash);
}

static inline int names_begin(Names *map, size_t size) {
    map->slots = PyMem_Malloc(size * sizeof(Slot));
    if (!map->slots) return PyErr_NoMemory(), -1;
    for (size_t i = 0; i < size; i++) map->slots[i].value = -1;
    map->mask = size - 1;
    map->used = map->filled = 0;
    return 0;
}

static inline void names_end(Names *map) {
    PyMem_Free(map->slots);
    PyMem_Free(map->bytes);
    memset(map, 0, sizeof *map);
}

static inline Slot *names_slot(const Names *map, const char *key, size_t length, uint64_t hash) {
    size_t i = hash & map->mask;
    for (;; i = (i + 1) & map->mask) {
        Slot *slot = &map->slots[i];
        if (slot->value < 0) return slot;
        if (slot->hash == hash && slot->length == length && !memcmp(map->bytes + slot->start, key, length)) return slot;
    }
}

static inline int names_grow(Names *map) {
    Slot *old = map->slots;
    size_t size = map->mask + 1;
    Slot *slots = PyMem_Malloc(2 * size * sizeof(Slot));
    if (!slots) return PyErr_NoMemory(), -1;
    for (size_t i = 0; i < 2 * size; i++) slots[i].value = -1;
    for (size_t i = 0; i < size; i++) {
        if (old[i].value < 0) continue;
        size_t j = old[i].hash & (2 * size - 1);
        while (slots[j].value >= 0) j = (j + 1) & (2 * size - 1);
        slots[j] = old[i];
    }
    PyMem_Free(old);
    map->slots = slots;
    map->mask = 2 * size - 1;
    return 0;
}

static inline int names_add(Names *map, const char *key, size_t length, uint64_t hash, int32_t value) {
    if (2 * (map->used + 1) > map->mask + 1 && names_grow(map) < 0) return -1;
    if (map->filled + length > UINT32_MAX) return PyErr_SetString(PyExc_OverflowError, "too many tokens"), -1;
    if (map->filled + length > map->room) {
        size_t room = 2 * (map->room + length) + 1024;
        char *bytes = PyMem_Realloc(map->bytes, room);
        if (!bytes) return PyErr_NoMemory(), -1;
        map->bytes = bytes;
        map->room = room;
    }
    Slot *slot = names_slot(map, key, length, hash);
    *slot = (Slot){hash, (uint32_t)map->filled, (uint32_t)length, value};
    memcpy(map->bytes + map->filled, key, length);
    map->filled += length;
    map->used++;
    return 0;
}

/* Return the value of a name, 0 where there is none. */
static inline int32_t names_value(const Names *map, const char *name, size_t length, uint64_t seed) {
    int32_t value = names_slot(map, name, length, hash_bytes(name, length, seed))->value;
    return value < 0 ? 0 : value;
}

/* Begin a map with what a dict of names and numbers from 0 says. */
static inline int names_learn(Names *map, PyObject *told, uint64_t seed) {
    PyObject *key, *number;
    Py_ssize_t place = 0, length;
    if (names_begin(map, 64) < 0) return -1;
    while (PyDict_Next(told, &place, &key, &number)) {
        const char *name = PyUnicode_AsUTF8AndSize(key, &length);
        long value = name ? PyLong_AsLong(number) : -1;
        if (PyErr_Occurred()) return -1;
        if (names_add(map, name, length, hash_bytes(name, length, seed), (int32_t)value) < 0) return -1;
    }
    return 0;
}

static inline int32_t numbers_find(const Numbers *map, uint64_t key, uint64_t seed) {
    for (size_t i = mixed(key ^ seed) & map->mask;; i = (i + 1) & map->mask) {
        const Number *slot = &map->slots[i];
        if (slot->key == key) return slot->value;
        if (!slot->key) return -1;
    }
}

static inline int numbers_begin(Numbers *map, size_t expected) {
    size_t size = 16;
    while (size < 2 * expected + 2) size *= 2;
    map->slots = PyMem_Calloc(size, sizeof *map->slots);
    map->mask = size - 1;
    return map->slots ? 0 : (PyErr_NoMemory(), -1);
}

static inline void numbers_set(Numbers *map, uint64_t key, int32_t value, uint64_t seed) {
    size_t i = mixed(key ^ seed) & map->mask;
    while (map->slots[i].key && map->slots[i].key != key) i = (i + 1) & map->mask;
    map->slots[i] = (Number){key, value};
}

static inline int make_room(void **items, size_t *room, size_t needed, size_t size) {
    if (needed <= *room) return 0;
    size_t wanted = needed + needed / 2 + 256;
    char *grown = PyMem_Realloc(*items, wanted * size);
    if (!grown) return PyErr_NoMemory(), -1;
    memset(grown + *room * size, 0, (wanted - *room) * size);
    *items = grown;
    *room = wanted;
    return 0;
}

/* Return how many bytes of white space, one character, stand at `p`; what str.split() cuts at. */
static inline size_t space_at(const unsigned char *p, const unsigned char *end) {
    if (p >= end) return 0;
    if (*p < 0x80) return *p == ' ' || (*p >= 9 && *p <= 13) || (*p >= 0x1c && *p <= 0x1f);
    if (*p == 0xc2) return end - p > 1 && (p[1] == 0x85 || p[1] == 0xa0) ? 2 : 0;
    if (end - p < 3) return 0;
    if (*p == 0xe1) return p[1] == 0x9a && p[2] == 0x80 ? 3 : 0;
    if (*p == 0xe2 && p[1] == 0x80) return p[2] <= 0x8a || p[2] == 0xa8 || p[2] == 0xa9 || p[2] == 0xaf ? 3 : 0;
    if (*p == 0xe2) return p[1] == 0x81 && p[2] == 0x9f ? 3 : 0;
    return *p == 0xe3 && p[1] == 0x80 && p[2] == 0x80 ? 3 : 0;
}

#endif
