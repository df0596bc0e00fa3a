package io.vecino.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * A disk that knows what would be left after power loss: the bytes of files that were synced, under the names of directories
 * that were. What was not may be there, may not, or in part. From a chosen operation on it stands still, then fails.
 */
public final class ForgetfulDisk implements Disk {
    private static final int SECTOR = 512;

    private final int stopAt;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<Path, Node> names = new HashMap<>();
    private final Map<Path, Map<Path, Node>> durable = new HashMap<>();
    private int operations;

    /** @param stopAt operations that are done before the disk stands still */
    public ForgetfulDisk(int stopAt) {
        this.stopAt = stopAt;
    }

    private static final class Node {
        private byte[] written = {};
        private byte[] synced = {};
        private boolean everSynced;
    }

    /** Whether the disk stands still. */
    public boolean stopped() {
        return stopped.getCount() == 0;
    }

    /** Lets the operations that wait fail. */
    public void release() {
        released.countDown();
    }

    private void operation() throws IOException {
        boolean stop;
        synchronized (this) {
            stop = operations++ >= stopAt;
        }
        if (stop) {
            stopped.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("the power is off");
        }
    }

    @Override
    public Output create(Path path) throws IOException {
        operation();
        Node node = new Node();
        synchronized (this) {
            names.put(path, node);
        }
        Output output = Disk.LOCAL.create(path);
        return new Output() {
            @Override
            public void write(ByteBuffer bytes, long position) throws IOException {
                operation();
                byte[] copy = new byte[bytes.remaining()];
                bytes.duplicate().get(copy);
                synchronized (ForgetfulDisk.this) {
                    node.written =
                            Arrays.copyOf(node.written, Math.max(node.written.length, (int) position + copy.length));
                    System.arraycopy(copy, 0, node.written, (int) position, copy.length);
                }
                output.write(bytes, position);
            }

            @Override
            public void force() throws IOException {
                operation();
                synchronized (ForgetfulDisk.this) {
                    node.synced = node.written.clone();
                    node.everSynced = true;
                }
            }

            @Override
            public void close() throws IOException {
                output.close();
            }
        };
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        operation();
        Disk.LOCAL.rename(from, to);
        synchronized (this) {
            Node node = names.remove(from);
            if (node != null) {
                names.put(to, node);
            }
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        operation();
        Disk.LOCAL.delete(path);
        synchronized (this) {
            names.remove(path);
        }
    }

    @Override
    public void force(Path directory) throws IOException {
        operation();
        synchronized (this) {
            durable.put(directory, in(directory, names));
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Disk.LOCAL.createDirectories(directory);
    }

    private static Map<Path, Node> in(Path directory, Map<Path, Node> names) {
        Map<Path, Node> found = new HashMap<>();
        names.forEach((path, node) -> {
            if (directory.equals(path.getParent())) {
                found.put(path, node);
            }
        });
        return found;
    }

    /** Writes what is left into another data directory. */
    public synchronized void leftover(Path data, Path target, Random random) throws IOException {
        Set<Path> all = new HashSet<>(names.keySet());
        durable.values().forEach(entries -> all.addAll(entries.keySet()));
        for (Path path : all) {
            Path directory = path.getParent();
            Map<Path, Node> safe = directory == null ? Map.of() : durable.getOrDefault(directory, Map.of());
            Node node = random.nextBoolean() ? names.get(path) : safe.get(path);
            if (names.get(path) == safe.get(path)) {
                node = names.get(path);
            }
            if (node != null) {
                Path copy = target.resolve(data.relativize(path).toString());
                Path parent = copy.getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.write(copy, node.everSynced ? node.synced : torn(node.written, random));
            }
        }
    }

    /** Each sector has been written or not. */
    private static byte[] torn(byte[] written, Random random) {
        byte[] left = Arrays.copyOf(written, random.nextInt(written.length + 1));
        for (int at = 0; at < left.length; at += SECTOR) {
            if (random.nextInt(4) == 0) {
                Arrays.fill(left, at, Math.min(left.length, at + SECTOR), (byte) 0);
            }
        }
        return left;
    }
}
