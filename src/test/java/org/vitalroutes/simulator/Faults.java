package org.vitalroutes.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;

/** The faults still to come; the first that fits a call befalls it. */
public final class Faults {
  private final List<Fault> waiting = new ArrayList<>();

  public synchronized void add(Fault fault) {
    waiting.add(fault);
  }

  public synchronized List<Fault> waiting() {
    return List.copyOf(waiting);
  }

  public synchronized void clear() {
    waiting.clear();
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
    return Optional.empty();
  }
}
