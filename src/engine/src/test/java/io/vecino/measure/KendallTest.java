package io.vecino.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vecino.collection.Found;
import io.vecino.model.PointId;
import java.util.List;
import org.junit.jupiter.api.Test;

class KendallTest {
    @Test
    void isOneForTheSameOrderAndMinusOneForTheReverse() {
        assertEquals(1, Kendall.tau(FoundLists.of(1, 2, 3, 4), FoundLists.of(1, 2, 3, 4)));
        assertEquals(-1, Kendall.tau(FoundLists.of(1, 2, 3, 4), FoundLists.of(4, 3, 2, 1)));
        assertEquals(1 - 2.0 / 6, Kendall.tau(FoundLists.of(1, 2, 3, 4), FoundLists.of(2, 1, 3, 4)), 1e-12);
    }

    @Test
    void putsWhatIsMissingLast() {
        assertEquals(1 - 1.0 / 6, Kendall.tau(FoundLists.of(1, 2, 3, 4), FoundLists.of(1, 2)), 1e-12);
        assertEquals(0, Kendall.tau(FoundLists.of(1, 2, 3, 4), List.of()));
        assertEquals((1 - 4) / 6.0, Kendall.tau(FoundLists.of(1, 2, 3, 4), FoundLists.of(3, 4)), 1e-12);
    }

    @Test
    void ignoresPairsThatExactScoresDoNotTellApart() {
        List<Found> tied = List.of(new Found(PointId.of(1), 1), new Found(PointId.of(2), 1));
        assertEquals(1, Kendall.tau(tied, FoundLists.of(2, 1)));
    }
}
