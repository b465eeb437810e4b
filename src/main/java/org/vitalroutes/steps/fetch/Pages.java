package org.vitalroutes.steps.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.store.AccountZones;
import org.vitalroutes.store.KnownDevices;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.store.SyncRequests;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.sync.Window;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DataCall;
import org.vitalroutes.withings.WithingsCall;

/** The pages of a sync request, from the first to the end of the request. */
@Component
final class Pages {

  private static final Logger log = LoggerFactory.getLogger(Pages.class);

  private final SyncRequests requests;
  private final Rechecks rechecks;
  private final KnownDevices devices;
  private final AccountZones zones;
  private final MeterRegistry meters;
  private final Clock clock;

  Pages(
      SyncRequests requests,
      Rechecks rechecks,
      KnownDevices devices,
      AccountZones zones,
      MeterRegistry meters,
      Clock clock) {
    this.requests = requests;
    this.rechecks = rechecks;
    this.devices = devices;
    this.zones = zones;
    this.meters = meters;
    this.clock = clock;
  }

  /** The first page of a sync request, or the page that an earlier try reached. */
  FetchRequest begin(SyncRequest request) {
    return requests.storedPage(request).orElse(FetchRequest.first(request, clock.instant()));
  }

  /**
   * Whether a page is to be fetched. Camel evaluates the condition of a loop after a failure too,
   * with whatever is in the body then.
   */
  boolean hasMore(@Body @Nullable Object body) {
    return body instanceof FetchRequest next && next.more();
  }

  /** The call for a page. */
  WithingsCall call(FetchRequest fetch) {
    return DataCall.of(fetch);
  }

  /** A reply with its request, and with what is known of the account's devices and zone. */
  VendorReply attachReply(FetchRequest fetch, @Variable("reply") JsonNode reply) {
    if (isNotifiedActivity(fetch)) {
      requests.requestThen(fetch.request(), ActivityDay.exercise(reply));
    }
    UUID account = fetch.request().account().id();
    return new VendorReply(fetch, reply, devices.of(account), zones.of(account));
  }

  private static boolean isNotifiedActivity(FetchRequest fetch) {
    return fetch.request().priority() == Priority.LIVE
        && fetch.request().kind() == DataKind.ACTIVITY;
  }

  /** Stores the next page, for a later try. */
  FetchRequest store(FetchRequest next) {
    if (next.more()) {
      requests.storePage(next);
    }
    return next;
  }

  /** Completes a sync request, and measures the time since its notification. */
  void complete(FetchRequest fetched) {
    readAgainIfNothingIsNew(fetched);
    if (fetched.request().priority() == Priority.CATCH_UP && fetched.brought()) {
      requests.recordLost(fetched.request());
    }
    String kind = fetched.request().kind().code();
    requests
        .complete(fetched.request(), fetched.begun())
        .ifPresent(age -> meters.timer("vitalroutes.time.to.fhir", "kind", kind).record(age));
    log.debug("the request is served");
  }

  /**
   * Requests a second read when the notified data has not arrived yet, and the other kind that the
   * notification may be about.
   */
  private void readAgainIfNothingIsNew(FetchRequest fetched) {
    Window window = fetched.request().window();
    if (fetched.request().priority() == Priority.LIVE
        && window != null
        && !fetched.brought()
        && requests.awaitsData(fetched.request())) {
      if (isNotifiedActivity(fetched)) {
        requests.requestThen(fetched.request(), null);
      }
      rechecks.add(
          fetched.request(), List.of(Recheck.nothingNew(window, Recheck.Reason.NOTHING_NEW)));
    }
  }
}
