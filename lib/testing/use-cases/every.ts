import { useCasesOfChatflows } from "@/lib/testing/use-cases/chatflows";
import { useCasesOfKeys } from "@/lib/testing/use-cases/keys";
import type { UseCase } from "@/lib/testing/use-cases/use-case";
import { useCasesOfWorkspaces } from "@/lib/testing/use-cases/workspaces";

const all = { ...useCasesOfKeys, ...useCasesOfChatflows, ...useCasesOfWorkspaces };

export type UseCaseTitle = keyof typeof all;

/** Every use case of an operator, some called in several ways: a title begins with the function's name. */
export const everyUseCase: Record<UseCaseTitle, UseCase> = all;
export const useCaseTitles = Object.keys(all) as UseCaseTitle[];
