package org.vitalroutes.steps;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.Handler;
import org.apache.camel.Header;
import org.springframework.stereotype.Component;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.provider.Provider;

/** The provider that the path names. */
@Component
final class FindProvider {

  private final Map<String, Provider> providers;

  FindProvider(List<Provider> providers) {
    this.providers =
        providers.stream().collect(Collectors.toMap(Provider::id, Function.identity()));
  }

  @Handler
  Provider find(@Header("provider") String id) {
    Provider provider = providers.get(id);
    if (provider == null) {
      throw new ApiException(404, "unknown_provider", "There is no such provider");
    }
    return provider;
  }
}
