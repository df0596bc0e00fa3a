package io.vecino.bench.peers;

import io.vecino.model.Metric;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene, one segment of vectors alone. Its efSearch is the k of the query; codes are scored again by the floats beside
 * them.
 */
final class LuceneContender implements Contender {
    private static final String FIELD = "v";
    private static final double BUFFER_MIB = 1900;

    private final LuceneVectors vectors;
    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final double bytesPerVector;

    private LuceneContender(LuceneVectors vectors, Directory directory, int count) throws IOException {
        this.vectors = vectors;
        this.directory = directory;
        this.reader = DirectoryReader.open(directory);
        this.searcher = new IndexSearcher(reader);
        // Each query is asked over and over.
        searcher.setQueryCache(null);
        long bytes = 0;
        for (String file : directory.listAll()) {
            bytes += directory.fileLength(file);
        }
        this.bytesPerVector = (double) bytes / count;
    }

    static LuceneContender build(LuceneVectors vectors, Contest contest) throws IOException {
        Directory directory = new MMapDirectory(contest.directory());
        try (ExecutorService merging = Executors.newFixedThreadPool(contest.threads())) {
            KnnVectorsFormat format = vectors.format(contest.threads(), merging);
            IndexWriterConfig config = new IndexWriterConfig()
                    .setCodec(new Lucene104Codec() {
                        @Override
                        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                            return format;
                        }
                    })
                    .setUseCompoundFile(false)
                    .setRAMBufferSizeMB(BUFFER_MIB);
            try (IndexWriter writer = new IndexWriter(directory, config)) {
                for (int i = 0; i < contest.base().count(); i++) {
                    Document document = new Document();
                    document.add(
                            new KnnFloatVectorField(FIELD, contest.base().copyOf(i), similarity(contest.metric())));
                    writer.addDocument(document);
                }
                writer.forceMerge(1);
            }
        }
        return new LuceneContender(vectors, directory, contest.base().count());
    }

    private static VectorSimilarityFunction similarity(Metric metric) {
        return switch (metric) {
            case IP -> VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT;
            case L2 -> VectorSimilarityFunction.EUCLIDEAN;
            case COSINE -> VectorSimilarityFunction.DOT_PRODUCT; // of vectors of unit length
        };
    }

    @Override
    public int[] search(float[] query, int k, int effort) throws IOException {
        Query nearest = new KnnFloatVectorQuery(FIELD, query, effort);
        Query scored = vectors.rescored() == 1
                ? nearest
                : RescoreTopNQuery.createFullPrecisionRescorerQuery(
                        nearest, query, FIELD, Math.min(effort, k * vectors.rescored()));
        ScoreDoc[] hits = searcher.search(scored, k).scoreDocs;
        int[] rows = new int[hits.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = hits[i].doc;
        }
        return rows;
    }

    @Override
    public double bytesPerVector() {
        return bytesPerVector;
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
    }
}
