// What the Java side needs beside FAISS's own headers: owning results, a reader over borrowed memory,
// checked downcasts, and thread control. Everything is inline; nothing here outlives the call it is made in
// except the objects whose ownership the return type hands over.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <regex>
#include <string>
#include <vector>

#include <faiss/Index.h>
#include <faiss/IndexBinary.h>
#include <faiss/VectorTransform.h>
#include <faiss/clone_index.h>
#include <faiss/impl/FaissAssert.h>
#include <faiss/impl/io.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

// Absent unless the BLAS is OpenBLAS.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace vecino {

/// Reads from memory that the caller keeps alive and unchanged while reading.
struct MemoryIOReader : faiss::IOReader {
    MemoryIOReader(const uint8_t* data, size_t size)
            : data(data), size(size), position(0) {
        name = "memory";
    }

    size_t operator()(void* out, size_t item_size, size_t items) override {
        if (item_size == 0) {
            return 0;
        }
        size_t n = std::min(items, (size - position) / item_size);
        if (n > 0) {
            std::memcpy(out, data + position, n * item_size);
            position += n * item_size;
        }
        return n;
    }

  private:
    const uint8_t* data;
    size_t size;
    size_t position;
};

/// Throws for the factory strings that end the process in FAISS: a zero count divides by zero, HNSW1 never ends,
/// more than 24 bits per PQ code overflow, "(Index0)" is the factory's own name for a parenthesised part.
inline void check_factory_input(int d, const char* description) {
    FAISS_THROW_IF_NOT_FMT(d > 0, "dimension %d is not positive", d);
    const std::string text(description);
    static const std::regex refused(
            "\\(Index|(^|[^0-9])0+([^0-9]|$)|HNSW1([^0-9]|$)|(PQ[0-9]+|IMI[0-9]+)x(2[5-9]|[3-9][0-9]|[0-9]{3})");
    std::smatch part;
    if (std::regex_search(text, part, refused)) {
        FAISS_THROW_FMT(
                "could not parse index string %s: '%s' is not allowed",
                description,
                part.str().c_str());
    }
}

inline std::unique_ptr<faiss::Index> index_factory(
        int d,
        const char* description,
        faiss::MetricType metric = faiss::METRIC_L2) {
    check_factory_input(d, description);
    return std::unique_ptr<faiss::Index>(
            faiss::index_factory(d, description, metric));
}

inline std::unique_ptr<faiss::IndexBinary> index_binary_factory(
        int d,
        const char* description) {
    check_factory_input(d, description);
    return std::unique_ptr<faiss::IndexBinary>(
            faiss::index_binary_factory(d, description));
}

inline std::unique_ptr<faiss::Index> clone_index(const faiss::Index* index) {
    return std::unique_ptr<faiss::Index>(faiss::clone_index(index));
}

inline std::unique_ptr<faiss::Index> read_index(
        faiss::IOReader* reader,
        int io_flags = 0) {
    return std::unique_ptr<faiss::Index>(faiss::read_index(reader, io_flags));
}

inline std::unique_ptr<faiss::Index> read_index(
        const char* file,
        int io_flags = 0) {
    return std::unique_ptr<faiss::Index>(faiss::read_index(file, io_flags));
}

inline std::unique_ptr<faiss::IndexBinary> read_index_binary(
        faiss::IOReader* reader,
        int io_flags = 0) {
    return std::unique_ptr<faiss::IndexBinary>(
            faiss::read_index_binary(reader, io_flags));
}

inline std::unique_ptr<faiss::VectorTransform> read_VectorTransform(
        faiss::IOReader* reader) {
    return std::unique_ptr<faiss::VectorTransform>(
            faiss::read_VectorTransform(reader));
}

/// The same object seen as a T, or null when it is not one; ownership does not move.
template <typename T>
T* downcast(faiss::Index* index) {
    return dynamic_cast<T*>(index);
}

/// As above, for transforms.
template <typename T>
T* downcast_transform(faiss::VectorTransform* transform) {
    return dynamic_cast<T*>(transform);
}

/// Address of the first element; valid until the vector is resized or destroyed.
inline const float* data(const std::vector<float>& v) {
    return v.data();
}

inline const uint8_t* data(const std::vector<uint8_t>& v) {
    return v.data();
}

inline const int64_t* data(const std::vector<int64_t>& v) {
    return v.data();
}

/// Threads of the next parallel regions entered from the calling thread.
inline void set_omp_threads(int threads) {
    omp_set_num_threads(threads);
}

inline int max_omp_threads() {
    return omp_get_max_threads();
}

/// Threads of OpenBLAS, process-wide; false when the BLAS is another one.
inline bool set_blas_threads(int threads) {
    if (openblas_set_num_threads == nullptr) {
        return false;
    }
    openblas_set_num_threads(threads);
    return true;
}

} // namespace vecino
