package org.vitalroutes.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.Random;

/**
 * Pending faults; the first that matches a call is applied to it. Some are applied to a share of
 * all matching calls for as long as they are set.
 */
public final class Faults {
  private final List<Fault> waiting = new ArrayList<>();
  private final List<Fault> frequent = new ArrayList<>();
  private final Random random = new Random(1);
  private double rate;

  public synchronized void add(Fault fault) {
    waiting.add(fault);
  }

  /** Adds one that befalls calls at random; the rate is that of all such faults together. */
  public synchronized void add(Fault fault, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("rate must be more than 0 and at most 1");
    }
    frequent.add(fault);
    rate = share;
  }

  public synchronized List<Fault> waiting() {
    return List.copyOf(waiting);
  }

  /** Those that befall calls at random. */
  public synchronized List<Fault> frequent() {
    return List.copyOf(frequent);
  }

  public synchronized void clear() {
    waiting.clear();
    frequent.clear();
  }

  synchronized Optional<Fault> take(Call call, Optional<Long> caller) {
    for (ListIterator<Fault> i = waiting.listIterator(); i.hasNext(); ) {
      Fault fault = i.next();
      if (fault.befalls(call, caller)) {
        if (fault.times() > 1) {
          i.set(fault.times(fault.times() - 1));
        } else {
          i.remove();
        }
        return Optional.of(fault);
      }
    }
    List<Fault> fitting = frequent.stream().filter(each -> each.befalls(call, caller)).toList();
    return fitting.isEmpty() || random.nextDouble() >= rate
        ? Optional.empty()
        : Optional.of(fitting.get(random.nextInt(fitting.size())));
  }
}
