// What the Java side needs beside FAISS's own headers: owning results, a reader over borrowed memory,
// checked downcasts, and thread control. Everything is inline; nothing here outlives the call it is made in
// except the objects whose ownership the return type hands over.
#pragma once

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <regex>
#include <string>
#include <vector>

#include <faiss/Index.h>
#include <faiss/IndexBinary.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRefine.h>
#include <faiss/VectorTransform.h>
#include <faiss/clone_index.h>
#include <faiss/impl/AuxIndexStructures.h>
#include <faiss/impl/FaissAssert.h>
#include <faiss/impl/io.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

#ifdef VECINO_FAISS_GPU
#include <cuda_runtime_api.h>
#include <faiss/gpu/GpuCloner.h>
#include <faiss/gpu/StandardGpuResources.h>
#endif

// Absent unless the BLAS is OpenBLAS.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));
extern "C" char* openblas_get_config(void) __attribute__((weak));

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

/// Counts what would be written.
struct CountingIOWriter : faiss::IOWriter {
    size_t bytes = 0;

    size_t operator()(const void*, size_t item_size, size_t items) override {
        bytes += item_size * items;
        return items;
    }
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

/// As above, for binary indexes.
template <typename T>
T* downcast_binary(faiss::IndexBinary* index) {
    return dynamic_cast<T*>(index);
}

/// As above, for transforms.
template <typename T>
T* downcast_transform(faiss::VectorTransform* transform) {
    return dynamic_cast<T*>(transform);
}

/// Search parameters of an index and of the indexes within it: its own efforts, and a selector.
struct SelectedParameters {
    SelectedParameters(const faiss::Index* index, faiss::IDSelector* selector)
            : selector(selector), parameters(of(index)) {}

    const faiss::SearchParameters* get() const {
        return parameters;
    }

  private:
    faiss::IDSelector* selector;
    std::vector<std::unique_ptr<faiss::SearchParameters>> owned;
    faiss::SearchParameters* parameters;

    template <typename T>
    T* make() {
        T* made = new T;
        owned.emplace_back(made);
        made->sel = selector;
        return made;
    }

    faiss::SearchParameters* of(const faiss::Index* index) {
        if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
            auto* made = make<faiss::SearchParametersPreTransform>();
            made->index_params = of(chain->index);
            return made;
        }
#if FAISS_VERSION_MAJOR > 1 || FAISS_VERSION_MINOR >= 8
        if (auto refine = dynamic_cast<const faiss::IndexRefine*>(index)) {
            auto* made = make<faiss::IndexRefineSearchParameters>();
            made->k_factor = refine->k_factor;
            made->base_index_params = of(refine->base_index);
            return made;
        }
#endif
        if (auto ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
#if FAISS_VERSION_MAJOR == 1 && FAISS_VERSION_MINOR < 8
            // The search makes its scanners inside a parallel region, where one that refuses selectors ends the process.
            delete ivf->get_InvertedListScanner(false, selector);
#endif
            auto* made = make<faiss::SearchParametersIVF>();
            made->nprobe = ivf->nprobe;
            made->max_codes = ivf->max_codes;
            return made;
        }
        if (auto graph = dynamic_cast<const faiss::IndexHNSW*>(index)) {
            auto* made = make<faiss::SearchParametersHNSW>();
            made->efSearch = graph->hnsw.efSearch;
            made->check_relative_distance = graph->hnsw.check_relative_distance;
            return made;
        }
        return make<faiss::SearchParameters>();
    }
};

/// Searches among the selected ids, at the efforts that the index has; throws where the index knows no selector.
inline void search_selected(
        const faiss::Index* index,
        int64_t n,
        const float* x,
        int64_t k,
        float* distances,
        int64_t* labels,
        faiss::IDSelector* selector) {
    SelectedParameters parameters(index, selector);
    index->search(n, x, k, distances, labels, parameters.get());
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

/// What FAISS asks between blocks of a long operation.
struct InterruptFlag : faiss::InterruptCallback {
    static std::atomic<bool>& raised() {
        static std::atomic<bool> flag{false};
        return flag;
    }

    bool want_interrupt() override {
        return raised().load(std::memory_order_relaxed);
    }
};

/// While interrupted, training, adding and searching in any thread of the process soon throws "computation
/// interrupted"; FAISS looks between blocks of work, so a small call may still end normally.
inline void set_interrupted(bool interrupted) {
    InterruptFlag::raised().store(interrupted);
    static std::once_flag installed;
    std::call_once(installed, [] {
        std::lock_guard<std::mutex> guard(faiss::InterruptCallback::lock);
        faiss::InterruptCallback::instance.reset(new InterruptFlag);
    });
}

/// Whether the bindings were built for GPUs.
inline bool gpu_supported() {
#ifdef VECINO_FAISS_GPU
    return true;
#else
    return false;
#endif
}

/// GPUs that can be used now; 0 without support, driver or device.
inline int gpu_devices() {
    int devices = 0;
#ifdef VECINO_FAISS_GPU
    // Asked before FAISS is, which ends the process where there is no driver.
    if (cudaGetDeviceCount(&devices) != cudaSuccess) {
        cudaGetLastError();
        devices = 0;
    }
#endif
    return devices;
}

/// One GPU with its streams and its temporary memory, created once. For one thread at a time.
struct GpuDevice {
    /// Throws where there is no such device.
    GpuDevice(int device, int64_t temporary_bytes) : device(device) {
        FAISS_THROW_IF_NOT_FMT(
                gpu_supported(), "device %d: built without GPU support", device);
        FAISS_THROW_IF_NOT_FMT(
                device >= 0 && device < gpu_devices(),
                "device: expected 0 to %d, got %d",
                gpu_devices() - 1,
                device);
#ifdef VECINO_FAISS_GPU
        resources.setTempMemory(temporary_bytes);
#else
        (void)temporary_bytes;
#endif
    }

    /// Bytes of the device's memory that are free now.
    int64_t free_bytes() const {
        size_t free = 0;
#ifdef VECINO_FAISS_GPU
        size_t total = 0;
        cudaSetDevice(device);
        FAISS_THROW_IF_NOT_FMT(
                cudaMemGetInfo(&free, &total) == cudaSuccess,
                "device %d does not tell its memory",
                device);
#endif
        return static_cast<int64_t>(free);
    }

    /// A copy of an index on the device; it must be closed before the device is.
    std::unique_ptr<faiss::Index> copy(const faiss::Index* index) {
#ifdef VECINO_FAISS_GPU
        return std::unique_ptr<faiss::Index>(
                faiss::gpu::index_cpu_to_gpu(&resources, device, index));
#else
        FAISS_THROW_FMT(
                "index of %d dimensions: built without GPU support", index->d);
#endif
    }

  private:
    int device;
#ifdef VECINO_FAISS_GPU
    faiss::gpu::StandardGpuResources resources;
#endif
};

/// Threads of the next parallel regions entered from the calling thread.
inline void set_omp_threads(int threads) {
    omp_set_num_threads(threads);
}

inline int max_omp_threads() {
    return omp_get_max_threads();
}

/// The BLAS's description of itself; empty when it is not OpenBLAS.
inline std::string blas_description() {
    return openblas_get_config == nullptr ? "" : openblas_get_config();
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
