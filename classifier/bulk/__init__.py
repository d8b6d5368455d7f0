"""A crawl, shard by shard: files of pages in, one part of labelled blocks a shard out; run again, and what is missing
is done.

::

    shards.py    what was asked for -> shards: files, folders, patterns, addresses
    folder.py    the folder of the parts: whose it is, which shards are done, what went wrong
    part.py      verdicts -> one part, Parquet or JSON lines, whole or not at all
    work.py      one shard -> its part and receipt; what a worker does
    sweep.py     every shard that is missing, on the cores of this machine or on a Dask cluster
    repeats.py   the same text on several sites: one verdict for all its places
    campaigns.py the same or nearly the same run of filler on several pages of a crawl
"""
