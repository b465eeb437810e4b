package org.vitalroutes.steps.fetch;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Variable;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.SyncRequest;

/** Windows that are read once more before anything is concluded from the first read. */
@Component
final class SecondReads {

  private final Rechecks rechecks;
  private final SyncRequests requests;
  private final Clock clock;

  SecondReads(Rechecks rechecks, SyncRequests requests, Clock clock) {
    this.rechecks = rechecks;
    this.requests = requests;
    this.clock = clock;
  }

  /**
   * The windows that are due, each as a fetch of its own. A row whose date was edited is in none of
   * them and is not removed: what has changed since the missing ones were delivered is read first,
   * which delivers such a row with its new date.
   */
  List<FetchRequest> due(@Variable("request") SyncRequest request) {
    Instant now = clock.instant();
    List<Recheck> due = rechecks.due(request);
    List<Recheck> removals = due.stream().filter(Recheck::mayWithdraw).toList();
    List<FetchRequest> reads = new ArrayList<>();
    if (!removals.isEmpty() && request.kind().rowsCanMove()) {
      rechecks
          .deliveredSince(request, removals)
          .ifPresent(since -> reads.add(FetchRequest.first(request.changedSince(since), now)));
    }
    due.forEach(recheck -> reads.add(FetchRequest.again(request, recheck, now)));
    return reads;
  }

  /** Ends the read of a window; one that has brought nothing new yet is read a last time later. */
  void complete(FetchRequest fetched) {
    Recheck recheck = fetched.recheck();
    if (recheck == null) {
      return;
    }
    if (recheck.reason() == Recheck.Reason.NOTHING_NEW && !fetched.brought()) {
      rechecks.add(
          fetched.request(),
          List.of(Recheck.nothingNew(recheck.window(), Recheck.Reason.STILL_NOTHING_NEW)));
    }
    rechecks.done(recheck);
  }

  /** Ends the request; windows that are not due yet, or were added meanwhile, are read later. */
  void completeRequest(@Variable("request") SyncRequest request) {
    rechecks.schedule(request);
    requests.complete(request, clock.instant());
  }
}
