package org.vitalroutes.routes;

import java.time.Instant;
import java.util.UUID;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;

/** Sync requests and pages for tests of routes. */
final class Requests {

  static final AccountRef ACCOUNT =
      new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "p1");
  static final UUID WORKER = new UUID(0, 2);
  static final Instant FROM = Instant.parse("2024-03-01T00:00:00Z");
  static final Instant TO = Instant.parse("2024-03-02T00:00:00Z");

  private Requests() {}

  /** Everything of a day. */
  static SyncRequest ofDay() {
    return of(ACCOUNT, new Window(FROM, TO), null);
  }

  /** The first page of a day of some kind of data. */
  static FetchRequest firstPage(DataKind kind) {
    return FetchRequest.first(atPriority(Priority.LIVE, kind), RouteFixture.NOW);
  }

  /** Everything of a day, from anywhere. */
  static SyncRequest atPriority(Priority priority, DataKind kind) {
    return new SyncRequest(
        7,
        3,
        0,
        ACCOUNT,
        kind,
        priority,
        new Window(FROM, TO),
        null,
        1,
        WORKER,
        "the-correlation",
        Instant.EPOCH);
  }

  /** The same request in its second try. */
  static SyncRequest inSecondTry(SyncRequest request) {
    return new SyncRequest(
        request.id(),
        request.fence() + 1,
        request.triggers(),
        request.account(),
        request.kind(),
        request.priority(),
        request.window(),
        request.since(),
        2,
        request.worker(),
        request.correlation(),
        Instant.EPOCH);
  }

  /** A poll of changes. */
  static SyncRequest ofPoll() {
    return of(ACCOUNT, null, FROM);
  }

  /** A whole day, for an account whose Patient has not been searched. */
  static SyncRequest withoutPatient() {
    return of(ACCOUNT.ofPatient(null), new Window(FROM, TO), null);
  }

  static FetchRequest firstPage() {
    return FetchRequest.first(ofDay(), RouteFixture.NOW);
  }

  private static SyncRequest of(AccountRef account, Window window, Instant since) {
    return new SyncRequest(
        7,
        3,
        0,
        account,
        DataKind.MEASURES,
        Priority.LIVE,
        window,
        since,
        1,
        WORKER,
        "the-correlation",
        Instant.EPOCH);
  }
}
