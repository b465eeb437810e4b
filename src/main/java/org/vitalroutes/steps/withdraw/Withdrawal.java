package org.vitalroutes.steps.withdraw;

import java.util.List;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.OnDisconnect;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Accounts;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.SyncRequest;

/** The withdrawal of a data kind of a disconnected account. */
@Component
final class Withdrawal {

  private static final Logger log = LoggerFactory.getLogger(Withdrawal.class);

  private final Accounts accounts;
  private final Ledger ledger;
  private final SyncRequests requests;
  private final int bundleSize;

  Withdrawal(Accounts accounts, Ledger ledger, SyncRequests requests, FhirSettings settings) {
    this.accounts = accounts;
    this.ledger = ledger;
    this.requests = requests;
    this.bundleSize = settings.bundleSize();
  }

  /** Whether {@code ON_DISCONNECT} was {@code mark} at the disconnect. */
  boolean marks(@Variable("request") SyncRequest request) {
    return accounts.onDisconnect(request.account().id()) == OnDisconnect.MARK;
  }

  /** Whether {@code ON_DISCONNECT} was {@code delete} at the disconnect. */
  boolean deletes(@Variable("request") SyncRequest request) {
    return accounts.onDisconnect(request.account().id()) == OnDisconnect.DELETE;
  }

  /** What the FHIR server still has after those found before, as much as one transaction takes. */
  List<Delivered> findRemaining(
      @Variable("request") SyncRequest request,
      @Variable("removed") @Nullable List<Delivered> before) {
    String after = before == null ? "" : before.get(before.size() - 1).key();
    return ledger.valid(request, after, bundleSize, deletes(request));
  }

  /** Ends the withdrawal. */
  void complete(@Variable("request") SyncRequest request) {
    requests.completeWithdrawal(request);
    log.info("{} of {} is withdrawn", request.kind().code(), request.account());
  }
}
