"""Writes the files beside it: python generate.py, with NumPy, h5py and pyarrow."""
import gzip
import json
import os
import zlib

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, DIMENSION = 40, 7


def at(name):
    return os.path.join(HERE, name)


# Row i, column j is i + j / 8, exact in every type used; negative in every fifth row. Integers: 3 i + j, wrapped into the type.
base = np.arange(ROWS)[:, None] + np.arange(DIMENSION)[None, :] / 8
base[::5] *= -1
whole = 3 * np.arange(ROWS)[:, None] + np.arange(DIMENSION)[None, :]
for name, dtype in [("f2", "<f2"), ("f4", "<f4"), ("f8", "<f8")]:
    np.save(at(f"{name}.npy"), base.astype(dtype))
np.save(at("i1.npy"), (whole % 120 - 60).astype("i1"))
np.save(at("u1.npy"), (whole + 100).astype("u1"))
np.save(at("fortran.npy"), np.asfortranarray(base.astype("<f4")))
np.save(at("bigendian.npy"), base.astype(">f4"))
np.save(at("complex.npy"), base.astype("<c8"))
np.save(at("ids.npy"), np.arange(ROWS, dtype="<i8") * 10 + 5)
with open(at("version2.npy"), "wb") as out:
    np.lib.format.write_array(out, base.astype("<f4"), version=(2, 0))

f4 = base.astype("<f4")
with h5py.File(at("ann.hdf5"), "w") as out:
    out.attrs["distance"] = "angular"
    out.create_dataset("train", data=f4)
    out.create_dataset("test", data=f4[:3].astype("<f8"))
    out.create_dataset("neighbors", data=np.arange(12, dtype="<i4").reshape(3, 4))
    out.create_dataset("half", data=base.astype("<f2"))
    out.create_dataset("packed", data=f4, chunks=(16, 4), compression="gzip", shuffle=True)
    out.create_dataset("lzf", data=f4, chunks=(16, DIMENSION), compression="lzf")
    out.create_dataset("bigendian", data=base.astype(">f4"))
    out.create_dataset("flat", data=np.arange(5, dtype="<f4"))
with h5py.File(at("latest.hdf5"), "w", libver=("v110", "v110")) as out:
    out.create_dataset("train", data=f4, chunks=(16, DIMENSION), compression="gzip")
with h5py.File(at("bomb.hdf5"), "w") as out:
    # A chunk of 256 bytes that unpacks to 64 MiB.
    dataset = out.create_dataset("train", shape=(16, 4), dtype="<f4", chunks=(16, 4), compression="gzip")
    dataset.id.write_direct_chunk((0, 0), zlib.compress(bytes(64 << 20)))

titles = [f"title {i % 7}" for i in range(ROWS)]
columns = {
    "id": pa.array(np.arange(ROWS, dtype="<i8") + 1000),
    "vector": pa.array(list(f4), type=pa.list_(pa.float32())),
    "title": pa.array(titles),
    "year": pa.array([None if i % 9 == 0 else 1990 + i for i in range(ROWS)], type=pa.int32()),
    "score": pa.array(np.arange(ROWS) / 4),
    "good": pa.array([i % 2 == 0 for i in range(ROWS)]),
    "at": pa.array([1_600_000_000_000 + i for i in range(ROWS)], type=pa.timestamp("ms", tz="UTC")),
}
table = pa.table(columns)
for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
    pq.write_table(table, at(f"{codec}.parquet"), compression=codec, row_group_size=16)
pq.write_table(table, at("v2.parquet"), data_page_version="2.0", compression="zstd", data_page_size=256)
pq.write_table(table, at("crc.parquet"), write_page_checksum=True, compression="none", use_dictionary=False)
pq.write_table(table, at("brotli.parquet"), compression="brotli")
fixed = pa.FixedSizeListArray.from_arrays(pa.array(f4.ravel()), DIMENSION)
pq.write_table(
    pa.table({"embedding": fixed, "name": pa.array([f"n{i}" for i in range(ROWS)])}), at("fixed.parquet"))
half = pa.array([row for row in base.astype("<f2")], type=pa.list_(pa.float16()))
double = pa.array([list(row) for row in base], type=pa.list_(pa.float64()))
pq.write_table(pa.table({"half": half, "double": double}), at("widths.parquet"))
holes = [None if i == 3 else [1.0, None, 2.0] if i == 5 else [] if i == 6 else [float(i)] * 3 for i in range(9)]
pq.write_table(pa.table({"vector": pa.array(holes, type=pa.list_(pa.float32()))}), at("holes.parquet"))

with gzip.GzipFile(at("points.jsonl.gz"), "wb", mtime=0) as out:
    for i in range(ROWS):
        row = {"id": f"p{i}", "vector": [float(x) for x in f4[i]], "payload": {"title": titles[i]}}
        out.write((json.dumps(row) + "\n").encode())
with open(at("points.jsonl.zst"), "wb") as out:
    lines = "".join(json.dumps({"id": i, "vector": [float(x) for x in f4[i]]}) + "\n" for i in range(ROWS))
    out.write(pa.Codec("zstd").compress(lines.encode(), asbytes=True))
with gzip.GzipFile(at("bomb.jsonl.gz"), "wb", mtime=0) as out:
    out.write(b'{"id": 0, "vector": [1, 2, 3]}\n')
    for _ in range(64):
        out.write(b" " * (1 << 20))
