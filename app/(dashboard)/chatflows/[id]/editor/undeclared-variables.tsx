import { placeholdersIn } from "@/lib/engines/model/placeholders";
import fieldClasses from "../../model-fields.module.css";
import type { ModelDraft } from "./draft";
import classes from "./editor.module.css";

/** As the schema has it (lib/engines/config.ts). */
const variablesMax = 20;

/** Names in the prompt that stand for nothing: the model would be sent the braces. */
export function UndeclaredVariables({
  model,
  onDeclare,
}: {
  model: Pick<ModelDraft, "systemPrompt" | "variables">;
  onDeclare: ((name: string) => void) | null;
}) {
  const declared = new Set(model.variables.map(({ name }) => name.trim()));
  const undeclared = placeholdersIn(model.systemPrompt).filter((name) => !declared.has(name));
  const hasRoom = declared.size < variablesMax;
  return (
    <div role="status">
      {undeclared.length > 0 && (
        <ul className={classes.hints}>
          {undeclared.slice(0, variablesMax).map((name) => (
            <li key={name}>
              <code>{`{{${name}}}`}</code> is not declared and is sent as it stands.{" "}
              {onDeclare && hasRoom && (
                <button
                  type="button"
                  className={fieldClasses.link}
                  aria-label={`Declare it: ${name}`}
                  onClick={() => onDeclare(name)}
                >
                  Declare it
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
