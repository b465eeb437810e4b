package org.vitalroutes.steps;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Handler;
import org.apache.camel.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.accounts.ConnectFailure;
import org.vitalroutes.provider.ProviderRefusedException;
import org.vitalroutes.provider.ProviderUnauthorizedException;
import org.vitalroutes.provider.ProviderUnavailableException;
import org.vitalroutes.web.Problem;

/** Answers a refused or failed call of the API with problem details. */
@Component
final class AnswerProblem {

  private static final Logger log = LoggerFactory.getLogger(AnswerProblem.class);

  @Handler
  Problem answer(@ExchangeException Exception failure, @Headers Map<String, Object> headers) {
    Problem problem = problem(failure);
    headers.clear();
    headers.put(Exchange.HTTP_RESPONSE_CODE, problem.status());
    headers.put(Exchange.CONTENT_TYPE, Problem.MEDIA_TYPE);
    return problem;
  }

  private static Problem problem(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException refused) {
        return new Problem(
            refused.httpStatus(), refused.code(), String.valueOf(refused.getMessage()));
      }
      if (cause instanceof ConnectFailure failed) {
        return new Problem(400, failed.error(), "Access was not granted; start again");
      }
      if (cause instanceof ProviderRefusedException
          || cause instanceof ProviderUnauthorizedException) {
        return new Problem(400, "invalid_code", "The provider refused the code; start again");
      }
      if (cause instanceof ProviderUnavailableException
          || (cause instanceof IOException && !(cause instanceof JacksonException))) {
        return new Problem(
            502, "provider_unavailable", "The provider cannot answer now; try again");
      }
      // What was read, not what could not be written.
      if (cause instanceof StreamReadException || cause instanceof MismatchedInputException) {
        return new Problem(400, "invalid_json", "The body must be a JSON object");
      }
    }
    log.error("a call of the API failed: {}", failure.getClass().getName());
    return new Problem(500, "internal_error", "Something went wrong here; try again later");
  }
}
