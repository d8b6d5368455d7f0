"""A crawl, shard by shard: files of pages in, one part of labelled blocks a shard out; run again, and what is missing
is done.

::

    asked.py     what was asked for -> files: out of files, folders, patterns, addresses
    shards.py    files -> shards: what becomes one part
    folder.py    the folder of the parts: whose it is, which shards are done, what went wrong
    receipt.py   what became of one shard, as it is written beside its part
    plan.py      the files that were asked for beside the parts that are there -> what is to be done
    part.py      verdicts -> one part, Parquet or JSON lines, whole or not at all
    work.py      one shard -> its part and receipt; what a worker does
    sweep.py     every shard of them, on the cores of this machine or on a Dask cluster
    repeats.py   the same text on several sites: one verdict for all its places
    campaigns.py the same or nearly the same run of filler on several pages of a crawl
"""
