package org.vitalroutes.fhir.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;

/** How a refused transaction is taken apart, by a server that refuses certain entries. */
class RefusedTransactionTest {

  private static final Instant MEASURED = Instant.parse("2024-03-02T10:15:30Z");

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 500})
  void one_bad_entry_is_found_wherever_it_stands_with_few_more_requests(int size) {
    int most = 2 * (int) Math.ceil(Math.log(size) / Math.log(2));
    for (int bad = 0; bad < size; bad++) {
      Server server = new Server(Set.of("k" + bad), false);

      server.send(part(size));

      assertThat(server.deadLetters).containsExactly("k" + bad);
      assertThat(server.taken).hasSize(size - 1).doesNotContain("k" + bad);
      assertThat(server.requests - 1)
          .as("more requests for entry %s", bad)
          .isLessThanOrEqualTo(most);
    }
  }

  @Test
  void an_entry_that_the_server_names_takes_three_more_requests_at_most() {
    for (int bad = 0; bad < 100; bad++) {
      Server server = new Server(Set.of("k" + bad), true);

      server.send(part(100));

      assertThat(server.deadLetters).containsExactly("k" + bad);
      assertThat(server.taken).hasSize(99);
      assertThat(server.requests - 1).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void several_bad_entries_become_dead_letters_each() {
    Server server = new Server(Set.of("k3", "k50", "k51", "k99"), false);

    server.send(part(100));

    assertThat(server.deadLetters).containsExactly("k3", "k50", "k51", "k99");
    assertThat(server.taken).hasSize(96);
  }

  @Test
  void a_place_that_is_no_entry_is_not_believed() {
    assertThat(part(4).smaller(List.of("Bundle.entry[4].resource", "Patient.name")))
        .extracting(part -> part.entries().size())
        .containsExactly(2, 2);
    assertThat(part(4).smaller(List.of("Bundle.entry[0]", "Bundle.entry[1]"))).hasSize(2);
  }

  @Test
  void a_few_bad_resources_among_good_ones_are_their_own_fault() {
    Refusals refusals = new Refusals();
    refusals.taken(50);

    assertThat(IntStream.range(0, 50).filter(i -> refusals.refusedOneTooMany())).isEmpty();
    assertThat(refusals.refusedOneTooMany()).isTrue();
  }

  /** Refuses a transaction that holds a bad entry, and names it or not. */
  private static final class Server {
    private final Set<String> bad;
    private final boolean names;
    private final List<String> taken = new ArrayList<>();
    private final List<String> deadLetters = new ArrayList<>();
    private int requests;

    Server(Set<String> bad, boolean names) {
      this.bad = bad;
      this.names = names;
    }

    void send(DeliveryPart first) {
      Deque<DeliveryPart> waiting = new ArrayDeque<>(List.of(first));
      while (!waiting.isEmpty()) {
        DeliveryPart part = waiting.pop();
        List<String> keys = part.entries().stream().map(Delivered::key).toList();
        requests++;
        if (keys.stream().noneMatch(bad::contains)) {
          taken.addAll(keys);
        } else if (part.isSingle()) {
          deadLetters.addAll(keys);
        } else {
          Collection<DeliveryPart> smaller = part.smaller(places(keys));
          new ArrayDeque<>(smaller).descendingIterator().forEachRemaining(waiting::push);
        }
      }
    }

    private List<String> places(List<String> keys) {
      int index =
          IntStream.range(0, keys.size())
              .filter(i -> bad.contains(keys.get(i)))
              .findFirst()
              .orElseThrow();
      return names ? List.of("Bundle.entry[" + index + "].resource.subject") : List.of();
    }
  }

  private static DeliveryPart part(int size) {
    List<Delivered> entries = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      entries.add(new Delivered("k" + i, "Observation", "id-" + i, MEASURED, "00", false));
    }
    return new DeliveryPart(
        new SyncRequest(
            7,
            1,
            0,
            new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "1"),
            DataKind.MEASURES,
            Priority.CATCH_UP,
            null,
            MEASURED,
            1,
            new UUID(0, 2),
            "the-correlation",
            Instant.EPOCH),
        Collections.nCopies(size, "{}"),
        entries,
        new Refusals(),
        null,
        null);
  }
}
