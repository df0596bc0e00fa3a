package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LeakCheckTest {
    @Test
    void noticesABufferThatNobodyReleases() {
        ByteBufAllocator.DEFAULT.buffer(16).writeByte(1);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (LeakCheck.leaks().isEmpty()) {
                Thread.onSpinWait();
            }
        });
        List<String> leaks = LeakCheck.leaks();
        assertFalse(leaks.isEmpty());
        leaks.clear();
    }
}
