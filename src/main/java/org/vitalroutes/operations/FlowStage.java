package org.vitalroutes.operations;

import java.util.List;
import java.util.Locale;

/**
 * A stage of the flow from Withings to the FHIR server, with the routes that count its messages.
 */
public enum FlowStage {
  RECEIVE,
  DISPATCH,
  CONNECT,
  BACKFILL,
  FETCH,
  CALL,
  TRANSLATE,
  DELIVER,
  PUBLISH;

  /** Each message of the stage passes one of them once. */
  public List<String> routes() {
    return switch (this) {
      case RECEIVE -> List.of("receive-signed-url", "receive-signed-body");
      case DISPATCH -> List.of("dispatch-notification");
      case CONNECT -> List.of("connect-callback", "connect-complete");
      case BACKFILL -> List.of("backfill-catch-up");
      case FETCH -> List.of("fetch-work");
      case CALL -> List.of("call-withings");
      case TRANSLATE -> List.of("translate-page");
      case DELIVER -> List.of("deliver-part");
      case PUBLISH -> List.of("publish-post", "publish-produce");
    };
  }

  /** Its name in tables and the API: {@code receive}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
