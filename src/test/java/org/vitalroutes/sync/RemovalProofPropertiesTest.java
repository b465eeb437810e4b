package org.vitalroutes.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.provider.ProviderUnavailableException;

/** Withings as a set of rows that changes, read by an API that answers badly now and then. */
class RemovalProofPropertiesTest {

  private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2024-06-01T00:00:00Z");
  private static final Window ALL = new Window(START.minus(Duration.ofDays(1)), NOW);

  @Property(tries = 10_000)
  void no_resource_is_withdrawn_whose_row_withings_has(@ForAll long seed) {
    World world = new World(new Random(seed), 1 + new Random(seed).nextInt(80), true);

    world.reconcile();

    assertThat(world.withdrawn).allSatisfy(row -> assertThat(world.rows).doesNotContainKey(row));
  }

  @Property(tries = 2_000)
  void what_is_removed_is_withdrawn_or_waits_for_an_operator(@ForAll long seed) {
    World world = new World(new Random(seed), 1 + new Random(seed).nextInt(80), false);

    world.reconcile();

    Set<String> gone = new HashSet<>(world.delivered.keySet());
    gone.removeAll(world.rows.keySet());
    if (world.mass) {
      assertThat(gone).hasSizeGreaterThan(20);
    } else {
      assertThat(world.withdrawn).containsAll(gone);
    }
  }

  private static final class World {
    private final Random random;
    private final boolean faulty;
    private final int pageSize;
    private final Map<String, Instant> rows = new TreeMap<>();

    /** By the date with which it was delivered. */
    private final Map<String, Instant> delivered;

    private final Set<String> withdrawn = new HashSet<>();
    private final int faultOnCall;
    private int calls;
    private boolean mass;

    World(Random random, int size, boolean faulty) {
      this.random = random;
      this.faulty = faulty;
      this.pageSize = 1 + random.nextInt(120);
      // One bad answer in each run, in the first reads or in a later one.
      this.faultOnCall = random.nextInt(4);
      for (int i = 0; i < size; i++) {
        rows.put("row-" + i, START.plusSeconds(random.nextInt(60 * 86_400)));
      }
      delivered = new TreeMap<>(rows);
      removeSome(random.nextInt(4) == 0 ? size : random.nextInt(6));
      moveSome(random.nextInt(4));
    }

    /** Gives rows another date, as a user does who corrects one. */
    private void moveSome(int most) {
      List<String> ids = new ArrayList<>(rows.keySet());
      for (int i = 0; i < most && !ids.isEmpty(); i++) {
        rows.put(
            ids.get(random.nextInt(ids.size())), START.plusSeconds(random.nextInt(60 * 86_400)));
      }
    }

    private void removeSome(int most) {
      List<String> ids = new ArrayList<>(rows.keySet());
      for (int i = 0; i < most && !ids.isEmpty(); i++) {
        rows.remove(ids.remove(random.nextInt(ids.size())));
      }
    }

    /** A read of everything, and the second reads that it leads to. */
    void reconcile() {
      Deque<Recheck> again = new ArrayDeque<>(judge(request(ALL), null));
      for (int reads = 0; reads < 500 && !again.isEmpty(); reads++) {
        Recheck next = again.remove();
        if (next.mayWithdraw()) {
          poll();
        }
        again.addAll(judge(request(ALL), aged(next)));
      }
    }

    /** As long after the first read as it may be, and now and then too early or too late. */
    private Recheck aged(Recheck recheck) {
      if (recheck.missingFor() == null) {
        return recheck;
      }
      int seconds = random.nextInt(8) == 0 ? random.nextInt(300) : 75;
      return new Recheck(
          recheck.id(),
          recheck.window(),
          recheck.reason(),
          recheck.keys(),
          Duration.ofSeconds(seconds),
          recheck.misses());
    }

    /** Delivers what was edited, page by page. */
    private void poll() {
      List<String> edited =
          rows.keySet().stream().filter(row -> !rows.get(row).equals(delivered.get(row))).toList();
      try {
        for (int from = 0; from < edited.size(); from += pageSize) {
          answered(edited.subList(from, Math.min(from + pageSize, edited.size())))
              .forEach(row -> delivered.put(row, rows.get(row)));
        }
      } catch (ProviderUnavailableException e) {
        poll();
      }
    }

    private List<Recheck> judge(SyncRequest request, Recheck recheck) {
      try {
        FetchRequest fetched = read(request, recheck);
        Window window = fetched.request().window();
        RemovalProof removals =
            RemovalProof.judge(
                fetched,
                delivered.entrySet().stream()
                    .filter(row -> !withdrawn.contains(row.getKey()))
                    .filter(row -> isIn(window, row.getValue()))
                    .map(
                        row ->
                            new DeliveredRow(
                                row.getKey(), Set.of(row.getKey()), row.getValue(), row.getValue()))
                    .toList(),
                NOW);
        mass |= removals.mass() != null;
        withdrawn.addAll(removals.removed());
        return removals.again();
      } catch (ProviderUnavailableException e) {
        return recheck == null ? judge(request, null) : List.of(recheck);
      }
    }

    /** Page by page, while rows are deleted that move the others up. */
    private FetchRequest read(SyncRequest request, Recheck recheck) {
      FetchRequest fetch =
          recheck == null
              ? FetchRequest.first(request, NOW)
              : FetchRequest.again(request, recheck, NOW);
      while (fetch.more()) {
        int from = fetch.offset() == null ? 0 : Math.toIntExact(fetch.offset());
        List<String> list = answer(fetch.request().window(), from);
        boolean more = from + pageSize < inWindow(fetch.request().window()).size();
        fetch = fetch.after(list, true, more ? (Long) (long) (from + pageSize) : null);
        if (fetch.more() && faulty && random.nextInt(3) == 0) {
          removeSome(1);
        }
        if (fetch.more() && faulty && random.nextInt(3) == 0) {
          moveSome(1);
        }
      }
      return fetch;
    }

    private List<String> answer(Window window, int from) {
      List<String> all = inWindow(window);
      List<String> page =
          all.subList(Math.min(from, all.size()), Math.min(from + pageSize, all.size()));
      return answered(page);
    }

    private List<String> answered(List<String> page) {
      if (!faulty || calls++ != faultOnCall) {
        return page;
      }
      return switch (random.nextInt(4)) {
        case 0 -> List.of();
        case 1 -> page.subList(0, page.size() / 2);
        case 2 -> page.subList(Math.min(1, page.size()), page.size());
        default ->
            throw new ProviderUnavailableException("Withings answered without its list", null);
      };
    }

    private List<String> inWindow(Window window) {
      return rows.entrySet().stream()
          .filter(row -> isIn(window, row.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }

    private static boolean isIn(Window window, Instant at) {
      return !at.isBefore(window.from()) && !at.isAfter(window.to());
    }

    private static SyncRequest request(Window window) {
      return new SyncRequest(
          1,
          1,
          0,
          new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "p1"),
          DataKind.MEASURES,
          Priority.RECHECK,
          window,
          null,
          1,
          new UUID(0, 2),
          "the-correlation",
          Instant.EPOCH);
    }
  }
}
