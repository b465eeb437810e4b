package org.vitalroutes.steps.operations;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Header;
import org.apache.camel.Headers;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.AccountPatient;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.Caller;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.operations.AccountsQuery;
import org.vitalroutes.operations.Disconnect;
import org.vitalroutes.operations.OperatedAccount;
import org.vitalroutes.operations.Redeliver;
import org.vitalroutes.operations.Resync;
import org.vitalroutes.operations.Schedule;
import org.vitalroutes.operations.SilentAccount;
import org.vitalroutes.operations.Summary;
import org.vitalroutes.operations.Throughput;
import org.vitalroutes.operations.Timeline;
import org.vitalroutes.settings.ServiceSettings;
import org.vitalroutes.store.Events;
import org.vitalroutes.store.Overview;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.store.StageCounts;

/** What an operator sees of the whole service and of its accounts, and the resync of an account. */
@Component
final class AccountOperations {

  private final Overview overview;
  private final Redelivery redelivery;
  private final Events events;
  private final StageCounts stageCounts;
  private final OnDisconnect onDisconnect;
  private final Clock clock;

  AccountOperations(
      Overview overview,
      Redelivery redelivery,
      Events events,
      StageCounts stageCounts,
      ServiceSettings settings,
      Clock clock) {
    this.overview = overview;
    this.stageCounts = stageCounts;
    this.onDisconnect = settings.onDisconnect();
    this.redelivery = redelivery;
    this.events = events;
    this.clock = clock;
  }

  Summary summary() {
    return overview.summary();
  }

  Throughput throughput() {
    return stageCounts.lastDay();
  }

  List<Schedule> schedules() {
    return overview.schedules();
  }

  OperatedAccount.Page list(
      @Headers Map<String, Object> parameters, @Variable("caller") Caller caller) {
    return overview.accounts(AccountsQuery.of(parameters), caller.subject());
  }

  List<SilentAccount> silent(@Variable("caller") Caller caller) {
    return overview.silent(caller.subject());
  }

  Timeline timeline(@Header("id") String id, @Variable("caller") Caller caller) {
    return overview.timeline(AccountsQuery.id(id), caller.subject());
  }

  Resync.Receipt resync(
      @Body @Nullable String body, @Header("id") String id, @Variable("caller") Caller caller) {
    Resync wish = Resync.of(body, clock.instant());
    return overview.resync(AccountsQuery.id(id), wish, caller.subject());
  }

  Redeliver.Receipt redeliver(@Body @Nullable String body, @Variable("caller") Caller caller) {
    return redelivery.since(Redeliver.of(body, clock.instant()), caller.subject());
  }

  /** The account to disconnect, or what that would end. */
  Object toDisconnect(
      @Body @Nullable String body, @Header("id") String id, @Variable("caller") Caller caller) {
    Disconnect wish = Disconnect.of(body);
    return wish.dryRun()
        ? overview.previewDisconnect(AccountsQuery.id(id), onDisconnect)
        : overview.accountToDisconnect(AccountsQuery.id(id), wish.reason(), caller.subject());
  }

  /** The account whose Patient is looked for. */
  AccountRef toMatch(@Header("id") String id, @Variable("caller") Caller caller) {
    return overview.accountToMatch(AccountsQuery.id(id), caller.subject());
  }

  /** What came of it. */
  Map<String, AccountPatient> matched(@Body AccountPatient patient) {
    return Map.of("patient", patient);
  }

  /** Sends waiting events now, and the dead letters among them again. */
  Map<String, Integer> sendEventsAgain(@Variable("caller") Caller caller) {
    return Map.of("dead_letters", events.sendAgain(caller.subject()));
  }
}
